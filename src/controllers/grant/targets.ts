import type { ExtraEntry, ImpersonationGrantSpec } from '../../crds/index.ts';
import { type AccountName, sorted } from '../../rbac/index.ts';
import type { BoundIdentity } from '../binding/identity.ts';

/** Everybody that a grant lets its subjects become, each list sorted and without duplicates. */
export interface Targets {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly uids: readonly string[];
  readonly extra: readonly ExtraEntry[];
  readonly serviceAccounts: readonly AccountName[];
  readonly nodes: readonly string[];
}

const mergedExtra = (entries: readonly ExtraEntry[]): ExtraEntry[] => {
  const byKey = Map.groupBy(entries, ({ key }) => key);
  return sorted(byKey.keys()).map((key) => ({
    key,
    values: sorted((byKey.get(key) ?? []).flatMap(({ values }) => values)),
  }));
};

const accounts = (all: readonly AccountName[]): AccountName[] =>
  sorted(all.map(({ namespace, name }) => `${namespace}/${name}`)).map((text) => {
    const [namespace = '', name = ''] = text.split('/');
    return { namespace, name };
  });

/** What the grant names itself, and the subjects and identities of its user bindings. */
export const targets = (
  {
    users = [],
    groups = [],
    uids = [],
    extra = [],
    serviceAccounts = [],
    nodes = [],
  }: ImpersonationGrantSpec['impersonate'],
  bound: readonly BoundIdentity[],
): Targets => {
  const people = bound.filter((identity) => identity.kind === 'User');
  return {
    users: sorted([...users, ...people.map(({ name }) => name)]),
    groups: sorted([...groups, ...people.flatMap((identity) => identity.groups)]),
    uids: sorted([...uids, ...people.flatMap((identity) => identity.uids)]),
    extra: mergedExtra([...extra, ...people.flatMap((identity) => identity.extra)]),
    serviceAccounts: accounts([...serviceAccounts, ...bound.filter((identity) => identity.kind === 'ServiceAccount')]),
    nodes: sorted(nodes),
  };
};

/**
 * Who asks. `~` begins every name that a world has for itself, `^` its two namespaces; both are replaced when it is loaded, so that worlds
 * lie side by side.
 */
import * as fc from 'fast-check';
import { type UserInfo, accountGroups, accountUserName } from '../../../src/rbac/index.ts';

export const NAMESPACES = ['^a', '^b'] as const;
export type Namespace = (typeof NAMESPACES)[number];
export const namespace: fc.Arbitrary<Namespace> = fc.constantFrom(...NAMESPACES);

const NODE_NAME = 'authentication.kubernetes.io/node-name';

/** Some of these values, each at most once. */
export const some = <T>(values: readonly T[], maxLength: number): fc.Arbitrary<T[]> =>
  fc.subarray([...values], { maxLength });

const person: fc.Arbitrary<UserInfo> = fc
  .record({ name: fc.constantFrom('~alice', '~Carl'), groups: some(['~support', '~admins', '~Ops'], 2) })
  .map(({ name, groups }) => ({ name, uid: '', groups: [...groups, 'system:authenticated'], extra: [] }));

const account: fc.Arbitrary<UserInfo> = fc
  .record({ home: namespace, nodes: fc.constantFrom([], ['~n1'], ['~n1'], ['~n2'], ['~n1', '~n1']) })
  .map(({ home, nodes }) => ({
    name: accountUserName({ namespace: home, name: '~bot' }),
    uid: '',
    groups: [...accountGroups(home), 'system:authenticated'],
    extra: nodes.length === 0 ? [] : [{ key: NODE_NAME, values: nodes }],
  }));

const superuser: fc.Arbitrary<UserInfo> = fc.constant({
  name: '~root',
  uid: '',
  groups: ['system:masters', 'system:authenticated'],
  extra: [],
});

export const caller: fc.Arbitrary<UserInfo> = fc.oneof(
  { weight: 12, arbitrary: person },
  { weight: 8, arbitrary: account },
  { weight: 1, arbitrary: superuser },
);

/** The account of a program that runs on the node `~n1`. */
export const AGENT: UserInfo = {
  name: accountUserName({ namespace: '^a', name: '~bot' }),
  uid: '',
  groups: [...accountGroups('^a'), 'system:authenticated'],
  extra: [{ key: NODE_NAME, values: ['~n1'] }],
};

/** Says that it runs there too, and is no account. */
export const IMPOSTOR: UserInfo = {
  name: '~alice',
  uid: '',
  groups: ['system:authenticated'],
  extra: [{ key: NODE_NAME, values: ['~n1'] }],
};

/** The tables of docs/legacy-and-constrained.md beside what the operator writes. */
import { expect, test } from 'vitest';
import {
  CLIENT_ACTIONS,
  type Dialect,
  type PolicyRule,
  nodeRules,
  serviceAccountRules,
  userRules,
} from '../../src/rbac/index.ts';
import { cells } from '../markdown.ts';

const PAGE = 'docs/legacy-and-constrained.md';

const NOBODY = { users: [], groups: [], uids: [], extra: [] };

const rulesOf = (dialect: Dialect): Record<string, readonly PolicyRule[]> => ({
  user: userRules(dialect, { ...NOBODY, users: ['NAME'] }),
  group: userRules(dialect, { ...NOBODY, groups: ['NAME'] }),
  uid: userRules(dialect, { ...NOBODY, uids: ['NAME'] }),
  'extra field': userRules(dialect, { ...NOBODY, extra: [{ key: 'KEY', values: ['NAME'] }] }),
  'service account': serviceAccountRules(dialect, ['NAME']),
  node: dialect === 'Legacy' ? [] : nodeRules(['NAME']),
});

/** In the words of the table, whose heads say the verb of the one and the group of the other. */
const words = (dialect: Dialect, rules: readonly PolicyRule[] = []): string => {
  if (rules.length === 0) return 'none';
  return rules
    .map(({ verbs, apiGroups = [], resources = [] }) =>
      dialect === 'Legacy'
        ? `\`${resources.join()}\` in group \`${apiGroups.join() === '' ? '""' : apiGroups.join()}\``
        : `\`${verbs.join()}\` on \`${resources.join()}\``,
    )
    .join();
};

test('the table of rules says what the operator writes for each target', () => {
  const [legacy, constrained] = [rulesOf('Legacy'), rulesOf('Constrained')];
  const rows = cells(PAGE, 'Target').filter(([target]) => target !== 'action');
  expect(rows.map(([target]) => target)).toEqual(Object.keys(legacy));
  for (const [target = '', inLegacy = '', inConstrained = ''] of rows) {
    expect(inLegacy.replace(/^none: .*/u, 'none')).toBe(words('Legacy', legacy[target]));
    expect(inConstrained).toBe(words('Constrained', constrained[target]));
  }
  expect(new Set(Object.values(legacy).flatMap((rules) => rules.flatMap(({ verbs }) => verbs)))).toEqual(
    new Set(['impersonate']),
  );
  expect(new Set(Object.values(constrained).flatMap((rules) => rules.flatMap(({ apiGroups }) => apiGroups)))).toEqual(
    new Set(['authentication.k8s.io']),
  );
});

test('the table of what comes with every grant says all of it, and nothing else', () => {
  const said = cells(PAGE, 'Permission').flatMap(([permission = '']) => {
    const [verb = '', ...names] = [...permission.matchAll(/`(?<word>[^`]+)`/gu)].map(
      ({ groups }) => groups?.['word'] ?? '',
    );
    return names.map((name) => `${verb} ${name}`);
  });
  const written = CLIENT_ACTIONS.flatMap(({ verbs, apiGroups = [], resources = [], nonResourceURLs = [] }) =>
    nonResourceURLs
      .concat(resources.map((resource) => `${resource}.${apiGroups.join()}`))
      .map((name) => `${verbs.join()} ${name}`),
  );
  expect(said.toSorted()).toEqual(written.toSorted());
});

/** What every credential tries: to become each of the universe, and to do things as some of them. */
import { ACTIONS, FEW_ACTIONS, WHO_AM_I, listPods } from './action.ts';
import { type Identity, accountName, identity } from './identity.ts';
import type { Attempt } from './probe.ts';
import { core, universe } from './universe.ts';

/** Whether what is done makes a difference: legacy rights count for every action. */
export type Depth = 'identities' | 'actions';

const doing = (identities: readonly Identity[], namespaces: readonly string[], depth: Depth): Attempt[] => {
  const more = namespaces.map(listPods).filter(({ name }) => !ACTIONS.some((action) => action.name === name));
  const actions = depth === 'actions' ? [...ACTIONS, ...more] : FEW_ACTIONS;
  return identities.flatMap((each) =>
    actions.filter((action) => action !== WHO_AM_I).map((action) => ({ identity: each, action })),
  );
};

/** Of each mode some, to try actions with. */
const actors = (namespaces: readonly string[]): Identity[] => [
  identity('john'),
  identity('jane'),
  identity('john', { groups: ['developers'] }),
  identity('john', { uid: '06f6' }),
  identity('jane', { groups: ['operators'], extra: [{ header: 'acme.io%2Fteam', values: ['payments'] }] }),
  identity('mallory'),
  ...namespaces.map((namespace) => identity(accountName(namespace, 'app'))),
  identity(accountName('production', 'bot')),
  identity(accountName('production', 'app'), { groups: ['developers'] }),
  identity('system:node:worker-1'),
  identity('system:node:worker-2'),
];

const whoIs = (identities: readonly Identity[]): Attempt[] =>
  identities.map((each) => ({ identity: each, action: WHO_AM_I }));

/** Everything that is tried; `namespaces` are those of one test. */
export const attempts = (namespaces: readonly string[], depth: Depth): Attempt[] => [
  ...whoIs(universe(namespaces)),
  ...doing(actors(namespaces), namespaces, depth),
];

/** The part that edits move in. */
export const coreAttempts = (namespaces: readonly string[], depth: Depth): Attempt[] => [
  ...whoIs(core(namespaces)),
  ...doing(
    depth === 'actions' ? ['john', 'jane', accountName('production', 'app')].map((user) => identity(user)) : [],
    namespaces,
    depth,
  ),
];

/** What every credential tries: to become each of the universe, and to do things as some of them. */
import { ACTIONS, FEW_ACTIONS, WHO_AM_I, listPods } from './action.ts';
import { ITSELF, type Identity, accountName, identity } from './identity.ts';
import type { Attempt } from './probe.ts';
import { core, dangerous, universe } from './universe.ts';

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

/** What the credentials of a test try. */
export interface Attempts {
  /** Whoever holds something: the universe. */
  readonly every: readonly Attempt[];
  /** Whoever holds nothing: what others hold, and what is dangerous. */
  readonly few: readonly Attempt[];
  /** A token that is none any more. */
  readonly dead: readonly Attempt[];
  /** While an edit goes on, over and over: the part that edits move in. */
  readonly watched: readonly Attempt[];
}

/** `namespaces` are those of one test. */
export const attempts = (namespaces: readonly string[], depth: Depth): Attempts => {
  const usual = ['john', 'jane', accountName('production', 'app')].map((user) => identity(user));
  const watched = [...whoIs(core(namespaces)), ...(depth === 'actions' ? doing(usual, namespaces, depth) : [])];
  return {
    every: [...whoIs(universe(namespaces)), ...doing(actors(namespaces), namespaces, depth)],
    few: [...whoIs([ITSELF, ...dangerous]), ...watched],
    dead: whoIs([ITSELF, ...usual]),
    watched,
  };
};

/** Worlds of roles and bindings, with the questions that are asked in them. */
import * as fc from 'fast-check';
import { type Attributes, type PolicyRule, type UserInfo, requestedBy } from '../../../src/rbac/index.ts';
import { type Holding, holding, objectsOf, subjectOf } from './holdings.ts';
import type { NewObject } from './new-object.ts';
import { action } from './actions.ts';
import { AGENT, IMPOSTOR, caller } from './callers.ts';
import { type Headers, ITS_NODE, crowd, laden, wanted } from './wanted.ts';
import { type Dialect, type Needed, actionRule, identityRules, impersonateOnRule, isLegacy } from './needed-rules.ts';
import { type Twist, twist } from './twists.ts';

/** One request. */
export interface Question {
  readonly caller: UserInfo;
  readonly headers: Headers;
  readonly action: Attributes;
}

export interface World {
  readonly objects: readonly NewObject[];
  readonly questions: readonly Question[];
}

interface Cast {
  readonly callers: readonly UserInfo[];
  readonly wanteds: readonly Headers[];
  readonly actions: readonly Attributes[];
  readonly dialects: readonly Dialect[];
}

const wanteds = fc.array(wanted, { minLength: 2, maxLength: 3 });
const actions = fc.array(action, { minLength: 3, maxLength: 3 });

const severalCallers = fc.uniqueArray(caller, { minLength: 2, maxLength: 2, selector: ({ name }) => name });

const cast: fc.Arbitrary<Cast> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      callers: fc.oneof({ weight: 3, arbitrary: caller.map((one) => [one]) }, severalCallers),
      wanteds,
      actions,
      dialects: fc.constant<Dialect[]>(['legacy', 'constrained', 'constrained', 'constrained']),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      callers: fc.constantFrom([AGENT], [AGENT], [AGENT], [IMPOSTOR]),
      wanteds: wanteds.map((others) => [ITS_NODE].concat(others.slice(1))),
      actions,
      dialects: fc.constant<Dialect[]>(['legacy', 'constrained', 'associated', 'associated', 'associated']),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      callers: caller.map((one) => [one]),
      wanteds: fc.array(laden, { minLength: 2, maxLength: 3 }),
      actions,
      dialects: fc.constant<Dialect[]>(['legacy', 'legacy', 'bare', 'constrained']),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      callers: caller.map((one) => [one]),
      wanteds: fc.array(crowd, { minLength: 2, maxLength: 3 }),
      actions,
      dialects: fc.constant<Dialect[]>(['legacy', 'constrained', 'wholesale', 'wholesale', 'wholesale']),
    }),
  },
);

/** Rules that are needed in one place and twisted are held together. */
const held = (needed: readonly Needed[], twists: readonly Twist[], who: UserInfo): fc.Arbitrary<Holding[]> => {
  const kept = needed.flatMap(({ rule, namespace }, index) => {
    const twisted = twists[index % twists.length]?.(rule);
    return twisted === undefined ? [] : [{ rule: twisted, namespace }];
  });
  const places = Map.groupBy(kept, ({ namespace }) => namespace);
  return fc.tuple(
    ...Array.from(places, ([namespace, rules]) =>
      holding(
        rules.map(({ rule }): PolicyRule => rule),
        namespace,
        subjectOf(who),
      ),
    ),
  );
};

/** What one caller needs to become one other, in one dialect, and do the things that are asked for. */
const kit = ({ callers, wanteds: all, actions: things, dialects }: Cast): fc.Arbitrary<Holding[]> =>
  fc
    .record({
      who: fc.constantFrom(...callers),
      headers: fc.constantFrom(...all),
      dialect: fc.constantFrom(...dialects),
      twists: fc.array(twist, { minLength: 8, maxLength: 8 }),
    })
    .chain(({ who, headers, dialect, twists }) =>
      held(
        [
          ...identityRules(headers, dialect),
          ...(isLegacy(dialect) ? [] : things.map((one) => impersonateOnRule(headers, dialect, one))),
        ],
        twists,
        who,
      ),
    );

/** What one of those who are asked for needs to do one of the things. */
const rights = ({ wanteds: all, actions: things, callers }: Cast): fc.Arbitrary<Holding[]> =>
  fc
    .record({
      headers: fc.constantFrom(...all),
      one: fc.constantFrom(...things),
      twists: fc.array(twist, { minLength: 1, maxLength: 1 }),
    })
    .chain(({ headers, one, twists }) => {
      const requested = requestedBy(headers);
      const who = requested.kind === 'Identity' ? requested.identity : callers[0];
      return who === undefined
        ? fc.constant([])
        : held([actionRule(one)], twists, { ...who, groups: [...who.groups, 'system:authenticated'] });
    });

export const world: fc.Arbitrary<World> = cast.chain((people) =>
  fc
    .record({
      kits: fc.array(kit(people), { minLength: 2, maxLength: 3 }),
      rights: fc.array(rights(people), { minLength: 1, maxLength: 3 }),
    })
    .map(({ kits, rights: more }) => ({
      objects: [...kits, ...more].flat().flatMap(objectsOf),
      questions: people.callers.flatMap((who) =>
        people.wanteds.flatMap((headers) => people.actions.map((one) => ({ caller: who, headers, action: one }))),
      ),
    })),
);

/** The world under names of its own, in two namespaces. */
export const named = (one: World, prefix: string, namespaces: string): World =>
  JSON.parse(JSON.stringify(one).replaceAll('~', prefix).replaceAll('^', namespaces)) as World;

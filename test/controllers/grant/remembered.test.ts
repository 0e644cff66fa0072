import { beforeEach, expect, test } from 'vitest';
import { RememberedIdentities } from '../../../src/controllers/grant/remembered.ts';
import type { Plan } from '../../../src/reconcile/controller.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { NOW, grant, planOfGrant } from '../given.ts';

type Fields = Readonly<Record<string, unknown>>;

const SECOND = 1000;
const can = (resource: string, verb: string) => ({ apiGroups: [''], resources: [resource], verbs: [verb] });
const whom = (...users: string[]) => ({ impersonate: { users } });

/** What the last plan left in the cluster. */
let cluster: readonly Observed[];
let remembered: RememberedIdentities;
beforeEach(() => {
  cluster = [];
  remembered = new RememberedIdentities();
});

const stored = ({ children }: Plan): Observed[] =>
  children.map(({ kind, namespace, name, content }) => {
    const uid = `${kind.type.kind} ${namespace}/${name}`;
    return {
      kind,
      namespace,
      name,
      uid,
      resourceVersion: '1',
      claim: undefined,
      meta: { name, uid, resourceVersion: '1', creationTimestamp: '2026-11-24T07:00:00Z' },
      content,
      terminating: false,
    };
  });

/** The plan for a spec so long after the beginning, which then is carried out. */
const planned = async (spec: Fields, seconds = 0): Promise<Plan> => {
  const plan = await planOfGrant(grant(spec), { objects: cluster, remembered, now: NOW + seconds * SECOND });
  cluster = stored(plan);
  return plan;
};

const verbs = (plan: Plan): string[] =>
  plan.children
    .filter(({ kind, name }) => kind.type.kind === 'ClusterRole' && name.endsWith(':actions'))
    .flatMap(({ content }) => content['rules'] as { verbs: string[]; resources?: string[] }[])
    .filter(({ resources = [] }) => resources.some((one) => one === 'pods' || one === 'secrets'))
    .flatMap(({ verbs: all, resources }) => all.map((verb) => `${verb.split(':').at(-1)} ${resources?.join(',')}`));

const before = { ...whom('john'), actions: [can('pods', 'list')] };
const after = { ...whom('jane'), actions: [can('secrets', 'get')] };

test('an action waits while the server remembers somebody whom the same edit took out', async () => {
  expect(verbs(await planned(before))).toEqual(['list pods']);
  const edited = await planned(after, 100);
  expect(verbs(edited)).toEqual([]);
  expect(edited.outcome).toMatchObject({ is: 'waiting', reason: 'IdentityRemembered', granted: true });
  const next = await planned(after, 101);
  expect(verbs(next)).toEqual([]);
  // from the first look at a cluster without him
  expect(next.outcome).toMatchObject({ recheckAt: NOW + 112 * SECOND });
  expect(verbs(await planned(after, 111.9))).toEqual([]);
  const last = await planned(after, 112);
  expect(verbs(last)).toEqual(['get secrets']);
  expect(last.outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
});

test('it is named who may be impersonated from the first moment, and what both allow goes on', async () => {
  await planned({ ...whom('john'), actions: [can('pods', 'list')] });
  const edited = await planned({ ...whom('jane'), actions: [can('pods', 'list'), can('secrets', 'get')] }, 1);
  expect(verbs(edited)).toEqual(['list pods']);
  expect(JSON.stringify(edited.children.find(({ part }) => part === '')?.content)).toContain('jane');
});

test('an end of a suspension or of another refusal does not make the server forget', async () => {
  await planned(before);
  await planned({ ...before, suspend: true }, 1);
  expect(verbs(await planned(after, 2))).toEqual([]);
  expect(verbs(await planned(after, 13.1))).toEqual(['get secrets']);
});

test('a name that was taken in between does not either: the engine withdraws everything behind the back of the plan', async () => {
  await planned(before);
  await planned({ ...before, reason: 'a name is taken' }, 1);
  cluster = [];
  await planned({ ...before, reason: 'a name is taken' }, 1.1);
  cluster = [];
  expect(verbs(await planned(after, 2))).toEqual([]);
  expect(verbs(await planned(after, 12.2))).toEqual(['get secrets']);
});

test('nor does a deletion, if a grant is made anew under the same name', async () => {
  await planned(before);
  await planned(before, 1);
  cluster = [];
  expect(verbs(await planned(after, 2))).toEqual([]);
  expect(verbs(await planned(after, 13.1))).toEqual(['get secrets']);
});

test.for<[string, Fields, Fields, string[]]>([
  [
    'nobody is taken out',
    before,
    { ...before, ...whom('jane', 'john'), actions: [can('secrets', 'get')] },
    ['get secrets'],
  ],
  ['nothing is added', before, { ...before, ...whom('jane') }, ['list pods']],
  [
    'the one who is taken out was there by the old dialect',
    { ...whom('john'), mode: 'Legacy' },
    after,
    ['get secrets'],
  ],
  [
    'an extra field stays',
    {
      impersonate: { users: ['john'], extra: [{ key: 'acme.io/team', values: ['a'] }] },
      actions: [can('pods', 'list')],
    },
    {
      impersonate: { users: ['john'], extra: [{ key: 'acme.io/team', values: ['a'] }] },
      actions: [can('secrets', 'get')],
    },
    ['get secrets'],
  ],
  ['a subject changes', before, { ...before, subjects: [{ kind: 'User', name: 'bob' }] }, ['list pods']],
])('nothing waits where %s', async ([, first, second, expected]) => {
  await planned(first);
  const plan = await planned(second, 1);
  expect(verbs(plan)).toEqual(expected);
  expect(plan.outcome).toMatchObject({ is: 'ready', reason: 'Granted' });
});

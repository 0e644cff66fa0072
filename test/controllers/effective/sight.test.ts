import { expect, test } from 'vitest';
import { CLUSTER_ROLE } from '../../../src/controllers/kinds.ts';
import { seeing } from '../../../src/controllers/effective/sight.ts';
import type { Controller, Plan } from '../../../src/reconcile/controller.ts';
import { EXPIRED, GRANTED, SUSPENDED } from '../../reconcile/model/outcomes.ts';
import { NOW, custom, plan } from '../../reconcile/model/custom.ts';
import { pair } from '../../reconcile/model/samples.ts';
import { RbacWorld } from './world.ts';

const world = new RbacWorld();
const [first] = world.informers;

/** What comes of a plan; `meanwhile` happens while it is made. */
const seen = async (made: Plan, meanwhile = (): void => undefined): Promise<Plan> => {
  const controller: Controller<unknown> = {
    kind: 'ImpersonationGrant',
    apiVersion: 'impersonation.dev/v1alpha1',
    slug: 'grant',
    plan: async () => {
      await Promise.resolve();
      meanwhile();
      return made;
    },
  };
  const nothing = { now: NOW, cluster: { get: async () => undefined }, occupant: () => undefined, observed: [] };
  return seeing(world.holdings, controller).plan(custom(), nothing);
};

const unsee = (is: boolean): void => {
  if (first === undefined) throw new Error('there are four');
  first.synced = !is;
  world.holdings.refused(CLUSTER_ROLE.type, is ? 'list' : undefined);
};

test('a plan is what it is once everything was seen', async () => {
  const made = plan(GRANTED, {}, { children: pair(['jane']) });
  expect(await seen(made)).toBe(made);
});

test.for([GRANTED, SUSPENDED, EXPIRED])(
  '$reason is not said of what nobody has seen, and time goes on',
  async (outcome) => {
    unsee(true);
    const { additions, outcome: told } = await seen(plan(outcome));
    expect(additions).toBe('withheld');
    expect(told).toMatchObject({
      is: 'unseen',
      reason: 'RbacNotReadable',
      recheckAt: 'recheckAt' in outcome ? outcome.recheckAt : 0,
    });
    expect(told.message).toContain('list clusterroles.rbac.authorization.k8s.io');
    unsee(false);
  },
);

test('a plan that was begun blind adds nothing, though all was seen before it was made', async () => {
  unsee(true);
  expect((await seen(plan(GRANTED), () => unsee(false))).additions).toBe('withheld');
});

import { expect, test } from 'vitest';
import { READABLE_REF } from '../../src/controllers/effective/holdings.ts';
import { sight } from '../../src/controllers/effective/sight.ts';
import { CLUSTER_ROLE } from '../../src/controllers/kinds.ts';
import { type Precondition, requiring } from '../../src/controllers/precondition.ts';
import type { Controller, Plan } from '../../src/reconcile/controller.ts';
import { EXPIRED, GRANTED, SUSPENDED } from '../reconcile/model/outcomes.ts';
import { NOW, custom, plan } from '../reconcile/model/custom.ts';
import { pair } from '../reconcile/model/samples.ts';
import { RbacWorld } from './effective/world.ts';

/** What comes of a plan; `meanwhile` happens while it is made. */
const planned = async (
  preconditions: readonly Precondition[],
  made: Plan,
  meanwhile = (): void => undefined,
): Promise<Plan> => {
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
  return requiring(preconditions, controller).plan(custom(), nothing);
};

const MADE = plan(GRANTED, {}, { children: pair(['jane']) });

/** Told by its name; concerns each plan, or none. */
class Switch implements Precondition {
  readonly ref: Precondition['ref'];
  met = true;
  readonly #concerns: boolean;

  constructor(name: string, concerns = true) {
    this.ref = { ...READABLE_REF, name };
    this.#concerns = concerns;
  }

  get unmet(): Precondition['unmet'] {
    if (this.met) return undefined;
    return () => (this.#concerns ? { is: 'rejected', reason: 'Unsupported', message: this.ref.name } : undefined);
  }
}

test('a plan is what it is while all preconditions hold, and depends on each', async () => {
  const [one, other] = [new Switch('one'), new Switch('other')];
  const dependencies = [...MADE.dependencies, one.ref, other.ref];
  expect(await planned([one, other], MADE)).toEqual({ ...MADE, dependencies });
});

test.for([true, false])('one that holds at one end of the planning only does not hold (before: %s)', async (before) => {
  const [one, other] = [new Switch('one'), new Switch('other')];
  other.met = before;
  const { additions, outcome, dependencies } = await planned([one, other], MADE, () => (other.met = !before));
  expect(additions).toBe('withheld');
  expect(outcome.message).toBe('other');
  expect(dependencies).toContain(other.ref);
});

test('the first of two is told', async () => {
  const [one, other] = [new Switch('one'), new Switch('other')];
  one.met = other.met = false;
  expect((await planned([one, other], MADE)).outcome.message).toBe('one');
});

test('a plan that is not affected stays what it is, and hides nothing that affects it', async () => {
  const [one, other] = [new Switch('one', false), new Switch('other')];
  one.met = false;
  expect(await planned([one, other], MADE)).toMatchObject({ additions: 'carried-out', outcome: GRANTED });
  other.met = false;
  expect((await planned([one, other], MADE)).outcome.message).toBe('other');
});

test.for([GRANTED, SUSPENDED, EXPIRED])(
  '$reason is not said of what nobody has seen, and time goes on',
  async (outcome) => {
    const { holdings, informers } = new RbacWorld();
    const [first] = informers;
    if (first === undefined) throw new Error('there are four');
    first.synced = false;
    holdings.refused(CLUSTER_ROLE.type, 'list');
    const { additions, outcome: told } = await planned([sight(holdings)], plan(outcome));
    expect(additions).toBe('withheld');
    expect(told).toMatchObject({
      is: 'unseen',
      reason: 'RbacNotReadable',
      recheckAt: 'recheckAt' in outcome ? outcome.recheckAt : 0,
    });
    expect(told.message).toContain('list clusterroles.rbac.authorization.k8s.io');
  },
);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { impersonate } from '../../../src/rbac/index.ts';
import { untilTrue } from '../waiting.ts';
import { WHO_AM_I } from './actions.ts';
import { SELF_REVIEWS, boundToken, holderOf } from './bound-token.ts';
import { Differential, SIDE_BY_SIDE, worldsOf } from './differential.ts';
import { type Lab, startLab } from './lab.ts';
import { everything } from './loading.ts';
import { differenceText, minimised } from './minimising.ts';

const WORLDS = 1000;
const SEED = 1;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(() => undefined);
});
afterAll(async () => {
  await lab.stop();
});

/** Answers that have to occur, or the test says little; how often at least. */
const OCCURRING = {
  'with the gate: Allowed associated-node': 20,
  'with the gate: Allowed arbitrary-node': 50,
  'with the gate: Allowed serviceaccount': 50,
  'with the gate: Allowed user-info': 200,
  'with the gate: Allowed legacy': 200,
  'with the gate: ActionRefused associated-node': 10,
  'with the gate: ActionRefused arbitrary-node': 50,
  'with the gate: ActionRefused serviceaccount': 50,
  'with the gate: ActionRefused user-info': 200,
  'with the gate: ActionRefused legacy': 100,
  'with the gate: ImpersonationRefused': 1000,
  'with the gate: ItselfAllowed': 50,
  'with the gate: ItselfRefused': 50,
  'without the gate: Allowed legacy': 200,
  'without the gate: ActionRefused legacy': 100,
  'without the gate: ImpersonationRefused': 1000,
};

test(
  `in ${WORLDS} worlds the evaluator and the API server give every answer alike`,
  { timeout: 1_800_000, retry: 0 },
  async () => {
    const differential = await Differential.on(lab);
    for (let batch = 0; batch < WORLDS / SIDE_BY_SIDE; batch += 1) {
      const [first] = await differential.compare(worldsOf(SEED, batch, SIDE_BY_SIDE));
      if (first !== undefined) throw new Error(differenceText(await minimised(differential, first)));
    }
    const rare = Object.entries(OCCURRING).filter(([answer, least]) => (differential.tally.get(answer) ?? 0) < least);
    expect(rare).toEqual([]);
  },
);

test('a token that is bound to a node carries what the evaluator takes for it', async () => {
  const token = await boundToken(lab.on.admin);
  const caller = await holderOf(lab.on.admin, token);
  const index = await everything(lab.on.admin);
  for (const node of ['worker-1', 'worker-2']) {
    const wanted = { name: `system:node:${node}`, uid: '', groups: [], extra: [] };
    const { kind } = impersonate(index, caller, wanted, WHO_AM_I, { constrained: true });
    expect(kind).toBe(node === 'worker-1' ? 'Allowed' : 'ImpersonationRefused');
    const headers = ['Authorization', `Bearer ${token}`, 'Impersonate-User', wanted.name];
    await untilTrue(`answer ${kind} for ${node}`, async () => {
      const { status, text } = await lab.on.proxy.send({ method: 'POST', path: SELF_REVIEWS, headers, body: {} });
      return kind === 'Allowed'
        ? text.includes('"system:nodes"')
        : status === 403 && text.includes('cannot impersonate');
    });
  }
});

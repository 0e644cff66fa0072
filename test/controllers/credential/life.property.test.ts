import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../../src/cluster/errors.ts';
import type { KubeObject, StoredObject } from '../../../src/cluster/port.ts';
import type { Fault } from '../../reconcile/model/cluster.ts';
import { refusal } from '../../reconcile/model/store.ts';
import { Life } from './life.ts';

const MINUTE = 60_000;

const broken = (reason: 'ServerError' | 'Unreachable'): ApiError =>
  new ApiError({ reason, message: reason, status: 0, retryAfterSeconds: undefined });
const FAULTS: readonly Fault[] = [
  undefined,
  undefined,
  { before: broken('ServerError') },
  { after: broken('Unreachable') },
  { before: refusal('Conflict', 'modified') },
  { before: refusal('NotLeading', 'not the leader') },
];

const metadata =
  (change: Partial<KubeObject['metadata']>) =>
  (object: StoredObject): KubeObject => ({ ...object, metadata: { ...object.metadata, ...change } });

/** What others do to an account, an anchor or a token Secret. */
const DEEDS: Readonly<Record<string, (object: StoredObject) => KubeObject>> = {
  'changes the token': (object) => (object['data'] === undefined ? object : { ...object, data: { token: 'eHg=' } }),
  'empties the data': (object) => (object['data'] === undefined ? object : { ...object, data: {} }),
  'adds a key': (object) =>
    object['data'] === undefined ? object : { ...object, data: { ...object['data'], more: 'eHg=' } },
  'freezes it': (object) => (object.kind === 'Secret' ? { ...object, immutable: true } : object),
  'strips annotations': metadata({ annotations: {} }),
  'strips labels': metadata({ labels: {} }),
  'strips the owner': metadata({ ownerReferences: [] }),
  'strips everything': metadata({ annotations: {}, labels: {}, ownerReferences: [] }),
  'adds a label': (object) => metadata({ labels: { ...object.metadata.labels, team: 'x' } })(object),
  'adds a label of ours': (object) =>
    metadata({ labels: { ...object.metadata.labels, 'impersonation.dev/x': 'y' } })(object),
  'mounts tokens': (object) =>
    object.kind === 'ServiceAccount' ? { ...object, automountServiceAccountToken: true } : object,
};

type Action =
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'reconcile'; readonly faults: readonly number[]; readonly restart: boolean }
  | { readonly do: 'tamper'; readonly index: number; readonly deed: string }
  | { readonly do: 'delete' | 'hold'; readonly index: number }
  | { readonly do: 'credential'; readonly change: Readonly<Record<string, unknown>> }
  | { readonly do: 'spec'; readonly change: Readonly<Record<string, unknown>> }
  | { readonly do: 'recreate' | 'fill' | 'settle' };

const index = fc.nat(5);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 3, 8, 11, 50) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('reconcile' as const),
      faults: fc.array(fc.nat(FAULTS.length - 1), { maxLength: 8 }),
      restart: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('tamper' as const), index, deed: fc.constantFrom(...Object.keys(DEEDS)) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'hold' as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('credential' as const),
      change: fc.constantFrom(
        { type: 'LongLived' },
        { type: 'Bound' },
        { secretName: 'second' },
        { secretTemplate: { labels: { app: 'x' } } },
        { kubeconfig: true },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('spec' as const),
      change: fc.constantFrom(
        { suspend: true },
        { suspend: false },
        { expiresAt: '2026-11-24T08:40:00Z' },
        { expiresAt: '2026-11-24T12:00:00Z' },
        { expiresAt: null },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('recreate' as const, 'fill' as const, 'settle' as const) }) },
);

const BASE = { secretName: 'first', expirationSeconds: 3600, overlapSeconds: 120 };

class Story {
  readonly life = new Life();
  #credential: Record<string, unknown> = { ...BASE };
  #unmarked = false;

  constructor() {
    this.life.spec({ credential: this.#credential });
  }

  async take(action: Action): Promise<void> {
    const { life } = this;
    switch (action.do) {
      case 'wait':
        life.store.now += action.minutes * MINUTE;
        break;
      case 'reconcile':
        // an object that lost every mark while no process watched is somebody else's by all that can be known
        if (action.restart && !this.#unmarked) life.restart();
        life.faults = action.faults.map((one) => FAULTS[one]);
        await life.reconcile();
        break;
      case 'credential':
        this.#credential = { ...this.#credential, ...action.change };
        life.spec({ credential: this.#credential });
        break;
      case 'spec':
        life.spec(action.change);
        break;
      case 'recreate':
        life.remove();
        life.spec({ credential: this.#credential });
        break;
      case 'fill':
        life.fill();
        break;
      case 'settle':
        await this.rest();
        break;
      case 'tamper':
      case 'delete':
      case 'hold':
        this.#harm(action);
        break;
      default:
        action satisfies never;
    }
    life.check();
  }

  #harm(action: Extract<Action, { index: number }>): void {
    const { life } = this;
    const parts = life.parts();
    const ref = parts[action.index % Math.max(parts.length, 1)];
    if (ref === undefined) return;
    const deed = action.do === 'tamper' ? DEEDS[action.deed] : undefined;
    if (deed !== undefined) life.edit(ref, deed);
    if (action.do === 'tamper' && action.deed.startsWith('strips')) this.#unmarked = true;
    if (action.do === 'hold' && life.store.get(ref)?.metadata.deletionTimestamp === undefined)
      life.edit(ref, metadata({ finalizers: ['acme.io/keep'] }));
    if (action.do !== 'tamper') life.store.delete(ref);
  }

  /** Nobody interferes any more: what must be true at rest. */
  async rest(): Promise<void> {
    const { life } = this;
    for (const ref of life.parts()) life.edit(ref, metadata({ finalizers: [] }));
    const result = await life.settle();
    if (result === undefined || result === 'thrown')
      return assert.fail('the grant is there, and nothing is in the way');
    const { outcome } = result;
    this.#unmarked = false;
    const live = life.live();
    if (outcome.is === 'ready' && outcome.reason === 'Granted') {
      assert.ok(
        live.includes(life.published(String(this.#credential['secretName']))),
        'the Secret holds a token that works',
      );
    } else {
      assert.deepEqual(life.parts(), [], `nothing is left when ${outcome.is} ${outcome.reason}`);
      assert.deepEqual(live, []);
    }
    life.bury();
    return undefined;
  }
}

test('whatever happens to a credential, at most two tokens live, none that ended lives again, and at rest the Secret holds one that works', async () => {
  let stories = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAction, { minLength: 3, maxLength: 25 }), async (actions) => {
      const story = new Story();
      for (const action of actions) await story.take(action);
      await story.rest();
      // after the overlap there is one, and before that the other is the previous one
      story.life.store.now += 3 * MINUTE;
      await story.rest();
      assert.ok(story.life.live().length <= 1, 'one live token at rest');
      stories++;
    }),
    { numRuns: 120 },
  );
  expect(stories).toBeGreaterThan(119);
}, 120_000);

test('a change of the request, a suspension and a deletion end every token of before', async () => {
  const revoke: ((life: Life) => void)[] = [
    (life) => life.spec({ credential: { ...BASE, audiences: ['vault'] } }),
    (life) => life.spec({ credential: { ...BASE, type: 'LongLived', expirationSeconds: 3600 } }),
    (life) => life.spec({ suspend: true }),
    (life) => life.spec({ expiresAt: '2026-11-24T08:00:00Z' }),
    (life) => life.remove(),
  ];
  for (const act of revoke) {
    const { life } = new Story();
    await life.settle();
    life.store.now += 50 * MINUTE;
    await life.settle();
    const before = life.live();
    expect(before).toHaveLength(2);
    act(life);
    await life.settle();
    expect(life.live().filter((token) => before.includes(token))).toEqual([]);
  }
});

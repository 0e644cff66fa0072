import { expect, test, vi } from 'vitest';
import { FeatureGate } from '../../src/cluster/gate.ts';
import { json, type Answer } from './scripted-server.ts';
import { setup } from './world.ts';

interface Says {
  /** What /metrics says of the gate; a number is the status of a refusal, undefined knows no such gate. */
  metrics: '0' | '1' | 403 | 500 | undefined;
  minor: string;
}

const OTHERS = [
  '# HELP kubernetes_feature_enabled This metric records the data about the stage and enablement of a k8s feature.',
  'kubernetes_feature_enabled{name="ConstrainedImpersonationOfMine",stage="ALPHA"} 0',
  'apiserver_request_total{name="ConstrainedImpersonation",code="200"} 7',
];

const answering =
  (says: Says): Answer =>
  ({ path }, response) => {
    if (path === '/version') return json(response, 200, { major: '1', minor: says.minor });
    if (path !== '/metrics') return void response.write('\n');
    if (typeof says.metrics === 'number') return json(response, says.metrics, { kind: 'Status', code: says.metrics });
    const line = `kubernetes_feature_enabled{name="ConstrainedImpersonation",stage="BETA"} ${says.metrics ?? ''}`;
    return void response.end([...OTHERS, ...(says.metrics === undefined ? [] : [line]), 'z 1', ''].join('\n'));
  };

const world = async (says: Says) => {
  const made = await setup(answering(says));
  const errors: unknown[] = [];
  const gate = new FeatureGate({
    client: made.http.client,
    name: 'ConstrainedImpersonation',
    since: 36,
    intervalMs: 600_000,
    backoff: { baseMs: 5, capMs: 10 },
    onError: (error) => errors.push(error),
  });
  const changes: boolean[] = [];
  gate.onSignal(() => changes.push(gate.state.on));
  const dispose = async (): Promise<void> => {
    await gate.stop();
    await made[Symbol.asyncDispose]();
  };
  return { ...made, gate, errors, changes, [Symbol.asyncDispose]: dispose };
};

const unasked = { on: false, why: 'it was not asked yet' };

test.for<[Says, { on: boolean; why: string }]>([
  [
    { metrics: '1', minor: '37' },
    { on: true, why: 'its metrics say 1' },
  ],
  [
    { metrics: '0', minor: '37' },
    { on: false, why: 'its metrics say 0' },
  ],
  [
    { metrics: 403, minor: '36' },
    { on: true, why: 'its version is 1.36' },
  ],
  [
    { metrics: 403, minor: '36+' },
    { on: true, why: 'its version is 1.36+' },
  ],
  [
    { metrics: 403, minor: '35' },
    { on: false, why: 'its version is 1.35' },
  ],
  [
    { metrics: undefined, minor: '34' },
    { on: false, why: 'its version is 1.34' },
  ],
])('%j: %j', async ([says, state]) => {
  await using made = await world(says);
  expect(made.gate.state).toEqual(unasked);
  await made.gate.start();
  expect(made.gate.state).toEqual(state);
  expect(made.changes).toEqual(state.on ? [true] : []);
});

test('a server that cannot answer is asked until it can, and counts as without the gate till then', async () => {
  const says: Says = { metrics: 500, minor: '37' };
  await using made = await world(says);
  const started = made.gate.start();
  await vi.waitFor(() => expect(made.errors.length).toBeGreaterThan(2), { timeout: 60_000 });
  expect(made.gate.state).toEqual(unasked);
  says.metrics = '1';
  await started;
  expect(made.gate.state.on).toBe(true);
});

test('it is read again when a stream is connected anew, and a change is told once', async () => {
  const says: Says = { metrics: '1', minor: '37' };
  await using made = await world(says);
  await made.gate.start();
  says.metrics = '0';
  const silent = { signal: AbortSignal.timeout(60_000), silenceMs: 60_000, maxMs: 60_000, onData: () => {} };
  const stream = made.http.client.follow('/watch', 'application/json', silent).catch(() => {});
  await vi.waitFor(() => expect(made.gate.state.on).toBe(false), { timeout: 60_000 });
  expect(made.changes).toEqual([true, false]);
  made.server.cutConnections();
  await stream;
  says.metrics = '1';
  const again = made.http.client.follow('/watch', 'application/json', silent).catch(() => {});
  await vi.waitFor(() => expect(made.gate.state.on).toBe(true), { timeout: 60_000 });
  expect(made.changes).toEqual([true, false, true]);
  made.server.cutConnections();
  await again;
});

test('a failure to read it again changes nothing', async () => {
  const says: Says = { metrics: '1', minor: '37' };
  await using made = await world(says);
  await made.gate.start();
  says.metrics = 500;
  const silent = { signal: AbortSignal.timeout(60_000), silenceMs: 60_000, maxMs: 60_000, onData: () => {} };
  const stream = made.http.client.follow('/watch', 'application/json', silent).catch(() => {});
  await vi.waitFor(() => expect(made.errors.length).toBeGreaterThan(1), { timeout: 60_000 });
  expect(made.gate.state.on).toBe(true);
  expect(made.changes).toEqual([true]);
  made.server.cutConnections();
  await stream;
});

test('a start that is stopped before the gate is known fails', async () => {
  const made = await world({ metrics: 500, minor: '37' });
  const started = made.gate.start();
  await made[Symbol.asyncDispose]();
  await expect(started).rejects.toThrow('stopped');
});

import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import type { Cluster, KubeObject, StoredObject } from '../../src/cluster/port.ts';
import { InstallationClaim } from '../../src/runtime/installation-claim.ts';
import { claim, claimedBy, type Site } from '../../src/runtime/installation.ts';

const here: Site = { namespace: 'impersonation-system', uid: 'uid-here' };
const there: Site = { namespace: 'elsewhere', uid: 'uid-there' };

const failure = (reason: ApiError['reason'], status: number): ApiError =>
  new ApiError({ reason, status, message: reason, retryAfterSeconds: undefined });

/** One place for the marker. */
const store = () => {
  let stored: StoredObject | undefined;
  const server = {
    failing: false,
    /** Between the read and the write of whoever claims next. */
    before: async () => {},
    get stored() {
      return stored;
    },
    remove: () => (stored = undefined),
  };
  const cluster: Pick<Cluster, 'get' | 'create'> = {
    get: async () => {
      if (server.failing) throw failure('Unreachable', 0);
      return stored;
    },
    create: async (_type, object: KubeObject) => {
      const interfere = server.before;
      server.before = async () => {};
      await interfere();
      if (stored !== undefined) throw failure('AlreadyExists', 409);
      stored = { ...object, metadata: { ...object.metadata, uid: 'u', resourceVersion: '1', creationTimestamp: '' } };
      return stored;
    },
  };
  return { server, cluster };
};

describe('the cluster', () => {
  test('is claimed by the first installation, and keeps it', async () => {
    const { cluster } = store();
    expect(await claimedBy(cluster, here)).toEqual({ by: 'nobody' });
    expect(await claim(cluster, here)).toEqual({ by: 'us' });
    expect(await claim(cluster, here)).toEqual({ by: 'us' });
    expect(await claim(cluster, there)).toEqual({ by: 'others', namespace: 'impersonation-system' });
    expect(await claimedBy(cluster, there)).toEqual({ by: 'others', namespace: 'impersonation-system' });
  });

  test('is not ours because a namespace of our name was here before', async () => {
    const { cluster } = store();
    await claim(cluster, here);
    expect(await claimedBy(cluster, { ...here, uid: 'uid-again' })).toMatchObject({ by: 'others' });
  });

  test('goes to one of two that claim it at once', async () => {
    const { server, cluster } = store();
    server.before = async () => void (await claim(cluster, there));
    expect(await claim(cluster, here)).toEqual({ by: 'others', namespace: 'elsewhere' });
  });

  test('is claimed by an object that grants nothing and goes with its namespace', async () => {
    const { server, cluster } = store();
    await claim(cluster, here);
    expect(server.stored).toMatchObject({
      kind: 'ClusterRole',
      rules: [],
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: here.namespace, uid: here.uid }] },
    });
    expect(server.stored?.metadata.namespace).toBeUndefined();
  });
});

const standing = (site: Site = here) => {
  const { server, cluster } = store();
  const told: string[] = [];
  const pauses: (() => void)[] = [];
  let leads = true;
  const subject = new InstallationClaim({
    cluster,
    leads: () => leads,
    site: () => site,
    clock: {
      sleep: async (_ms, signal) =>
        new Promise((resolve) => {
          pauses.push(resolve);
          signal.addEventListener('abort', () => resolve());
        }),
    },
    logger: { warn: () => told.push('warned') },
    onHeld: () => told.push('held'),
    onRefused: (text) => told.push(text),
  });
  return { server, cluster, told, pauses, subject, lead: (value: boolean) => (leads = value) };
};

describe('a replica that leads', () => {
  test('may write only once the cluster is claimed', async () => {
    const { subject, told } = standing();
    const begun = subject.begin();
    expect(subject.mayWrite()).toBe(false);
    await begun;
    expect(subject.mayWrite()).toBe(true);
    expect(told).toEqual(['held']);
  });

  test('may not write when its lease runs out, before anybody tells it', async () => {
    const { subject, lead } = standing();
    await subject.begin();
    lead(false);
    expect(subject.mayWrite()).toBe(false);
  });

  test('asks anew in each term', async () => {
    const { subject, server, cluster, told } = standing();
    await subject.begin();
    subject.end();
    expect(subject.mayWrite()).toBe(false);
    server.remove();
    await claim(cluster, there);
    await subject.begin();
    expect(subject.mayWrite()).toBe(false);
    expect(told.at(-1)).toMatch(/^another installation, in namespace "elsewhere", holds this cluster: remove/);
  });

  test('tries until it can, and may not write before', async () => {
    const { subject, server, told, pauses } = standing();
    server.failing = true;
    const begun = subject.begin();
    await expect.poll(() => pauses.length).toBe(1);
    expect(subject.mayWrite()).toBe(false);
    server.failing = false;
    pauses[0]?.();
    await begun;
    expect(told).toEqual(['warned', 'held']);
    expect(subject.mayWrite()).toBe(true);
  });

  test('gives up trying when its term is over', async () => {
    const { subject, server, told, pauses } = standing();
    server.failing = true;
    const begun = subject.begin();
    await expect.poll(() => pauses.length).toBe(1);
    subject.end();
    await begun;
    expect(told).toEqual(['warned']);
  });

  test('holds nothing when its term ended while it asked', async () => {
    const { subject, told } = standing();
    const begun = subject.begin();
    subject.end();
    await begun;
    expect(subject.mayWrite()).toBe(false);
    expect(told).toEqual([]);
  });
});

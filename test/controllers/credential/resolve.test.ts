import { expect, test } from 'vitest';
import type { StoredObject } from '../../../src/cluster/port.ts';
import { TokenReader, isFailure } from '../../../src/controllers/credential/resolve.ts';
import type { Child } from '../../../src/reconcile/child.ts';
import type { Observed } from '../../../src/reconcile/observed.ts';
import { FOREIGN, OF_BEFORE, OWNER_UID, SPEC, STRIPPED, account, anchor, secret } from './given.ts';

const stored = (uid = 'uid-of-secret'): StoredObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'support-bot', uid, resourceVersion: '7', creationTimestamp: '2026-11-24T08:00:00Z' },
  type: 'Opaque',
  data: {},
});

const NONE_GONE = { freeAt: () => undefined };

class Cluster {
  reads = 0;
  answer: () => Promise<StoredObject | undefined> = async () => stored();
  objects: Observed[] = [];

  world = () => ({
    now: 5000,
    cluster: {
      get: async () => {
        this.reads++;
        return this.answer();
      },
    },
    observed: this.objects,
    occupant: ({ kind, namespace, name }: Pick<Child, 'kind' | 'namespace' | 'name'>) =>
      this.objects.find((one) => one.kind === kind && one.namespace === namespace && one.name === name),
  });
}

test('what there is of a credential is found by name', async () => {
  const cluster = new Cluster();
  cluster.objects = [account(), anchor('anchor-b'), secret()];
  const found = await new TokenReader(NONE_GONE).observe(SPEC, OWNER_UID, cluster.world());
  expect(found).toMatchObject({
    account: { uid: 'uid-of-account' },
    anchors: { 'anchor-a': undefined, 'anchor-b': { uid: 'uid-of-anchor-b' } },
    secret: { uid: 'uid-of-secret' },
    reading: { secretUid: 'uid-of-secret', digest: 'none' },
  });
});

test('each version of a Secret is read once', async () => {
  const cluster = new Cluster();
  const reader = new TokenReader(NONE_GONE);
  cluster.objects = [secret()];
  await reader.observe(SPEC, OWNER_UID, cluster.world());
  await reader.observe(SPEC, OWNER_UID, cluster.world());
  expect(cluster.reads).toBe(1);
  cluster.objects = [secret()];
  await reader.observe(SPEC, OWNER_UID, cluster.world());
  expect(cluster.reads).toBe(2);
});

test.for([
  ['is foreign', FOREIGN],
  ['lost its reference', STRIPPED],
  ['is of an earlier owner', OF_BEFORE],
  ['is on its way out', { terminating: true }],
] as const)('a Secret that %s is not read', async ([, fields]) => {
  const cluster = new Cluster();
  cluster.objects = [secret(fields)];
  const { reading } = await new TokenReader(NONE_GONE).observe(SPEC, OWNER_UID, cluster.world());
  expect([reading, cluster.reads]).toEqual([undefined, 0]);
});

test.for<[string, Cluster['answer']]>([
  ['is gone meanwhile', async () => undefined],
  ['is another one meanwhile', async () => stored('uid-of-another')],
])('a Secret that %s has no reading, and is read again', async ([, answer]) => {
  const cluster = new Cluster();
  const reader = new TokenReader(NONE_GONE);
  cluster.objects = [secret()];
  cluster.answer = answer;
  expect((await reader.observe(SPEC, OWNER_UID, cluster.world())).reading).toBeUndefined();
  await reader.observe(SPEC, OWNER_UID, cluster.world());
  expect(cluster.reads).toBe(2);
});

test('a read that fails is a value, and is tried again', async () => {
  const cluster = new Cluster();
  const reader = new TokenReader(NONE_GONE);
  const error = new Error('503');
  cluster.objects = [secret()];
  cluster.answer = async () => Promise.reject(error);
  const { reading } = await reader.observe(SPEC, OWNER_UID, cluster.world());
  expect(reading && isFailure(reading) && reading.error).toBe(error);
  cluster.answer = async () => stored();
  expect((await reader.observe(SPEC, OWNER_UID, cluster.world())).reading).toMatchObject({ digest: 'none' });
});

test.for<[string, Observed | undefined, number | undefined]>([
  ['that is there', account(), undefined],
  ['of an object of before, which goes first', account(OF_BEFORE), 16_000],
  ['that lost its owner, which goes first', account(STRIPPED), 16_000],
  ['that is on its way out', account({ terminating: true }), 16_000],
  ['of somebody else', account(FOREIGN), undefined],
  ['that ended a moment ago', undefined, 8000],
])('the name of an account %s is free when no other token is accepted', async ([, found, expected]) => {
  const cluster = new Cluster();
  cluster.objects = found === undefined ? [] : [found];
  const reader = new TokenReader({ freeAt: (_, now) => now + 3000 });
  expect((await reader.observe(SPEC, OWNER_UID, cluster.world())).freeAt).toBe(expected);
  const theirs = { ...SPEC, account: { own: false, name: SPEC.account.name } };
  expect((await reader.observe(theirs, OWNER_UID, cluster.world())).freeAt).toBeUndefined();
});

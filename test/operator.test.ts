import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import framework, { type ResourceEvent, type ResourceMeta } from '@dot-i/k8s-operator';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Cached, Informer } from '../src/cluster/port.ts';
import { HttpInformer } from '../src/cluster/informer.ts';
import { ImpersonationOperator, type ImpersonationOperatorOptions } from '../src/operator.ts';
import { FakeApi } from './cluster/fake-api.ts';
import { grants, project, secrets } from './cluster/objects.ts';
import { clientOf, kubeConfig, type TestClient } from './cluster/scripted-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const patient = { timeout: 60_000 };
vi.setConfig({ testTimeout: 120_000 });

let api: FakeApi;
let http: TestClient;
let directory: string;

/** The framework finds the API server by KUBECONFIG. */
beforeEach(async () => {
  api = await FakeApi.start();
  http = await clientOf(() => kubeConfig(api.server));
  directory = await mkdtemp(join(tmpdir(), 'operator-'));
  const file = join(directory, 'kubeconfig');
  await writeFile(file, kubeConfig(api.server).exportConfig());
  vi.stubEnv('KUBECONFIG', file);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await http[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const informerOf = (type = grants): HttpInformer<Cached> =>
  new HttpInformer<Cached>({ client: http.client, type, project, onError: () => {} });

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const operatorOf = (informers: readonly Informer<Cached>[], options: Partial<ImpersonationOperatorOptions> = {}) =>
  new Probe({
    watches: informers.map((informer) => ({ informer, namespace: undefined })),
    onEvent: async () => {},
    logger: silent,
    ...options,
  });

const meta: ResourceMeta = {
  id: 'impersonationgrants.impersonation.dev/v1alpha1',
  apiVersion: 'impersonation.dev/v1alpha1',
  kind: 'ImpersonationGrant',
  name: 'a',
  resourceVersion: '1',
};

/** Reaches what the framework keeps for its subclasses. */
class Probe extends ImpersonationOperator {
  readonly unused = {
    registerCustomResourceDefinition: async () => this.registerCustomResourceDefinition(),
    setResourceStatus: async () => this.setResourceStatus(),
    patchResourceStatus: async () => this.patchResourceStatus(),
    handleResourceFinalizer: async () => this.handleResourceFinalizer(),
    setResourceFinalizers: async () => this.setResourceFinalizers(),
    applyAxiosKubeConfigAuth: async () => this.applyAxiosKubeConfigAuth(),
    applyGaxiosKubeConfigAuth: async () => this.applyGaxiosKubeConfigAuth(),
    getCustomResourceApiUri: async () => this.getCustomResourceApiUri(),
  };

  async watch(plural: string): Promise<void> {
    await this.watchResource(grants.group, grants.version, plural, async () => {});
  }

  /** Private to the framework. */
  async statusRequest(): Promise<unknown> {
    const request: unknown = Reflect.get(this, 'resourceStatusRequest');
    return Reflect.apply(request as (...values: unknown[]) => Promise<unknown>, this, ['PUT', meta, {}]);
  }
}

/** The framework as it is, but for the address, which it gets wrong with this client-node. */
class Plain extends framework.default {
  protected override async init(): Promise<void> {
    const path = `${api.server.url}/apis/impersonation.dev/v1alpha1/impersonationgrants`;
    Reflect.set(this, 'resourcePathBuilders', { [meta.id]: () => path });
    await this.setResourceStatus(meta, {});
  }
}

describe('no request leaves by the framework:', () => {
  test('the recorder sees one that does', async () => {
    await new Plain().start();
    expect(api.server.paths('PUT')).toEqual(['/apis/impersonation.dev/v1alpha1/impersonationgrants/a/status']);
  });

  test('everything of it that could send one throws', async () => {
    const operator = operatorOf([informerOf()]);
    await operator.start();
    const before = api.server.requests.length;
    for (const call of Object.values(operator.unused)) {
      await expect(call()).rejects.toThrow('requests leave through src/cluster only');
    }
    await expect(operator.statusRequest()).rejects.toThrow('is not a function');
    expect(api.server.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
    operator.stop();
    await operator.whenStopped();
  });

  test('nothing of it is left that was not looked at', () => {
    const methods = Object.getOwnPropertyNames(framework.default.prototype);
    const overridden = Object.getOwnPropertyNames(ImpersonationOperator.prototype);
    // `resourceStatusRequest` is private, and asks for what only the framework's own watch provides.
    expect(methods.filter((name) => !overridden.includes(name))).toEqual(['resourceStatusRequest', 'errorToJson']);
  });

  test('a life from start to stop is requests of ours, and reads', async () => {
    api.put('a');
    const operator = operatorOf([informerOf()]);
    await operator.start();
    await expect.poll(() => api.watches.size, patient).toBe(1);
    operator.stop();
    await operator.whenStopped();
    for (const { method, headers } of api.server.requests) {
      expect([method, headers['user-agent']]).toEqual(['GET', 'impersonation-operator/1.2.3']);
    }
    expect(api.server.requests.length).toBeGreaterThan(1);
  });
});

describe('the operator', () => {
  test('has started when its caches are complete, and stopped when no watch is open', async () => {
    api.put('a');
    const informer = informerOf();
    const operator = operatorOf([informer]);
    await operator.start();
    expect([...informer.list()].map(({ name }) => name)).toEqual(['a']);
    await expect.poll(() => api.watches.size, patient).toBe(1);
    operator.stop();
    await operator.whenStopped();
    await expect.poll(() => api.watches.size, patient).toBe(0);
  });

  test('does not start when it is stopped before', async () => {
    api.listFault = () => true;
    const operator = operatorOf([informerOf()]);
    const started = operator.start();
    operator.stop();
    await expect(started).rejects.toThrow('stopped before the first list of impersonationgrants');
    await operator.whenStopped();
  });

  test('tells of every change, deletions included', async () => {
    const events: ResourceEvent[] = [];
    const operator = operatorOf([informerOf()], { onEvent: async (event) => void events.push(event) });
    api.put('a');
    await operator.start();
    api.put('a', 'edited');
    api.remove('a');
    await expect.poll(() => events.map(({ type }) => type), patient).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(events[0]).toEqual({
      type: 'ADDED',
      meta: { ...meta, resourceVersion: '101' },
      object: {
        apiVersion: meta.apiVersion,
        kind: meta.kind,
        metadata: { name: 'a', uid: 'u1', resourceVersion: '101' },
      },
    });
    operator.stop();
    await operator.whenStopped();
  });

  test('logs what a handler throws', async () => {
    const errors: string[] = [];
    const operator = operatorOf([informerOf()], {
      onEvent: async () => {
        throw new Error('broken');
      },
      logger: { ...silent, error: (text) => errors.push(text) },
    });
    api.put('a');
    await operator.start();
    await expect
      .poll(() => errors, patient)
      .toEqual(['unable to handle an event of impersonationgrants: Error: broken']);
    operator.stop();
    await operator.whenStopped();
  });

  test('refuses to watch what it has no informer for', async () => {
    const operator = operatorOf([informerOf(secrets)]);
    await expect(operator.watch('userbindings')).rejects.toThrow('there is no informer for userbindings');
  });
});

test('there is one @kubernetes/client-node, and the framework uses it', () => {
  const copies = globSync('**/node_modules/@kubernetes/client-node/package.json', { cwd: root });
  expect(copies).toEqual(['node_modules/@kubernetes/client-node/package.json']);
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(ours.resolve('@dot-i/k8s-operator'));
  expect(theirs.resolve('@kubernetes/client-node')).toBe(ours.resolve('@kubernetes/client-node'));
});

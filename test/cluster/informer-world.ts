import { expect } from 'vitest';
import { HttpInformer, type HttpInformerOptions } from '../../src/cluster/informer.ts';
import { FakeApi } from './fake-api.ts';
import { grants, project, type Projection } from './objects.ts';
import { clientOf, kubeConfig } from './scripted-server.ts';

export interface InformerWorld extends AsyncDisposable {
  readonly api: FakeApi;
  readonly informer: HttpInformer<Projection>;
  readonly errors: unknown[];
  /** `+name`, `~name`, `-name`. */
  readonly changes: string[];
  /** Waits until the cache is as the server. */
  readonly settled: () => Promise<void>;
  /** Waits until a watch is open. */
  readonly watching: () => Promise<void>;
}

export const patient = { timeout: 60_000 };

/** Everything that waits, waits for a state; the delays are short so that tests are. */
export const informerWorld = async (
  prepare: (api: FakeApi) => void = () => {},
  options: Partial<HttpInformerOptions<Projection>> = {},
): Promise<InformerWorld> => {
  const api = await FakeApi.start();
  prepare(api);
  const http = await clientOf(() => kubeConfig(api.server));
  const errors: unknown[] = [];
  const changes: string[] = [];
  const informer = new HttpInformer<Projection>({
    client: http.client,
    type: grants,
    project,
    onError: (error) => errors.push(error),
    backoff: { baseMs: 5, capMs: 50 },
    ...options,
  });
  informer.onChange(({ before, after }) => {
    const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
    changes.push(`${sign}${(after ?? before)?.name ?? ''}`);
  });
  informer.start();
  const cached = (): string[] => [...informer.list()].map(({ uid, resourceVersion }) => `${uid}@${resourceVersion}`);
  const there = (): string[] =>
    [...api.objects.values()].map(({ metadata }) => `${metadata.uid}@${metadata.resourceVersion}`);
  return {
    api,
    informer,
    errors,
    changes,
    settled: async () => {
      await expect.poll(() => cached().toSorted(), patient).toEqual(there().toSorted());
    },
    watching: async () => {
      await expect.poll(() => api.watches.size, patient).toBe(1);
    },
    [Symbol.asyncDispose]: async () => {
      await informer.stop();
      await http[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
};

import { ProjectionCache } from '../../src/cluster/cache.ts';
import type { Change, StoredObject } from '../../src/cluster/port.ts';
import { grants, project, type Projection } from './objects.ts';

export const label = (entry: Projection | undefined): string =>
  entry === undefined ? '-' : `${entry.uid}@${entry.resourceVersion}`;

export interface Recorded {
  readonly cache: ProjectionCache<Projection>;
  readonly errors: unknown[];
  /** `before > after`, each as uid@resourceVersion. */
  readonly changes: string[];
  readonly labels: () => string[];
  readonly list: (version: number, items: readonly unknown[]) => void;
}

/** A cache after a first, empty list of version 10. */
export const recordedCache = (projection: (object: StoredObject) => Projection | undefined = project): Recorded => {
  const errors: unknown[] = [];
  const changes: string[] = [];
  const cache = new ProjectionCache({ type: grants, project: projection, onError: (error) => errors.push(error) });
  const list = (version: number, items: readonly unknown[]): void => {
    const run = cache.beginList();
    run.page(String(version), items);
    run.finish(String(version));
  };
  list(10, []);
  cache.onChange(({ before, after }: Change<Projection>) => changes.push(`${label(before)} > ${label(after)}`));
  return { cache, errors, changes, labels: () => [...cache.list()].map(label), list };
};

import { inject } from 'vitest';
import type { Connection } from '../../dev/control-plane/connection.ts';

/** What an API server is started with that knows constrained impersonation, or does not. */
export const featureGates = (gate: boolean): Readonly<Record<string, boolean>> => ({ ConstrainedImpersonation: gate });

/** The control plane of this worker: files that run at the same time do not see each other's objects. */
export const planeOfWorker = (): Connection => {
  const worker = Number(process.env['VITEST_POOL_ID']);
  const plane = inject('controlPlanes')[worker - 1];
  if (plane === undefined) throw new Error(`worker ${worker} has no control plane: there are more workers than planes`);
  return plane;
};

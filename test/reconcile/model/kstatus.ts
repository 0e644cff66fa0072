import type { Status } from '../../../src/crds/index.ts';

export type Reading = 'InProgress' | 'Failed' | 'Terminating' | 'Current';

/** As sigs.k8s.io/cli-utils/pkg/kstatus reads an object of a kind that it does not know. */
export const kstatus = (
  generation: number,
  deletionTimestamp: string | undefined,
  { observedGeneration, conditions = [] }: Status,
): Reading => {
  if (deletionTimestamp !== undefined) return 'Terminating';
  if (observedGeneration !== generation) return 'InProgress';
  const isTrue = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True');
  if (isTrue('Reconciling')) return 'InProgress';
  if (isTrue('Stalled')) return 'Failed';
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
};

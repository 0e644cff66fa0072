import type { KubeObject, ResourceType } from '../cluster/port.ts';
import type { Custom } from './controller.ts';
import type { Outcome } from './outcome.ts';
import { MANAGER } from './ownership.ts';

export const EVENT: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** Events on cluster-scoped objects live here. */
const NAMESPACE = 'default';
/** In bytes: a longer one is refused. */
const LONGEST_NOTE = 1024;

const cut = (message: string): string =>
  Buffer.from(message)
    .subarray(0, LONGEST_NOTE)
    .toString()
    .replace(/\uFFFD+$/, '');

/** Tells a change of reason to whoever runs `kubectl describe`. */
export const event = (
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  custom: Custom<unknown>,
  outcome: Outcome,
  now: number,
  instance: string,
): KubeObject => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: {
    name: `${custom.name.slice(0, 200).replace(/[-.]+$/, '')}.${custom.uid.slice(0, 8)}${now.toString(16)}`,
    namespace: NAMESPACE,
  },
  eventTime: `${new Date(now).toISOString().slice(0, -1)}000Z`,
  reportingController: MANAGER,
  reportingInstance: instance,
  action: outcome.is === 'ready' ? 'Reconciled' : 'Reconciling',
  type: outcome.is === 'ready' ? 'Normal' : 'Warning',
  reason: outcome.reason,
  note: cut(outcome.message),
  regarding: { apiVersion, kind, name: custom.name, uid: custom.uid, resourceVersion: custom.resourceVersion },
});

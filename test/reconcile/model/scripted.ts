import type { StoredObject } from '../../../src/cluster/port.ts';
import { custom } from '../../../src/controllers/custom.ts';
import { IMPERSONATION_GRANT, USER_BINDING } from '../../../src/crds/index.ts';
import type { Controller, Custom, Plan, World as PlanWorld } from '../../../src/reconcile/controller.ts';
import type { EngineObserver } from '../../../src/reconcile/engine.ts';
import { granted, plan } from './custom.ts';
import { ModelInformer } from './informer.ts';
import type { Store } from './store.ts';

/** A controller that plans what the test says, and notes what it was asked. */
export class ScriptedController implements Controller<unknown> {
  readonly kind: string = IMPERSONATION_GRANT.kind;
  readonly apiVersion = 'impersonation.dev/v1alpha1';
  readonly slug: string = 'grant';
  readonly asked: string[] = [];
  answer: (custom: Custom<unknown>, world: PlanWorld) => Plan | Promise<Plan> = () => plan(granted());

  async plan(object: Custom<unknown>, world: PlanWorld): Promise<Plan> {
    this.asked.push(object.name);
    return this.answer(object, world);
  }
}

const anySpec = (object: unknown) => ({ ok: true as const, value: (object as StoredObject)['spec'] });

export const grantsOf = (store: Store): ModelInformer<Custom<unknown>> =>
  new ModelInformer(store, { type: IMPERSONATION_GRANT, project: custom(anySpec) });

export const bindingsOf = (store: Store): ModelInformer<Custom<unknown>> =>
  new ModelInformer(store, { type: USER_BINDING, project: custom(anySpec) });

/** Creates a grant, or gives it another spec. */
export const setGrant = (store: Store, name: string, spec: unknown = {}): StoredObject => {
  const ref = { type: IMPERSONATION_GRANT, namespace: '', name };
  if (store.get(ref) !== undefined) return store.edit(ref, (object) => ({ ...object, spec }));
  return store.create(IMPERSONATION_GRANT, {
    apiVersion: 'impersonation.dev/v1alpha1',
    kind: IMPERSONATION_GRANT.kind,
    metadata: { name },
    spec,
  });
};

export const grantRef = (name: string) => ({ type: IMPERSONATION_GRANT, namespace: '', name });

/** What the engine told. */
export class Recorder implements EngineObserver {
  readonly reconciles: string[] = [];
  readonly failures: unknown[] = [];

  reconciled(_kind: string, name: string, reason: string): void {
    this.reconciles.push(`${name} ${reason}`);
  }

  waited(): void {}

  failed(_kind: string, _name: string, error: unknown): void {
    this.failures.push(error);
  }
}

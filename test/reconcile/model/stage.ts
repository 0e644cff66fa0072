import type { StoredObject } from '../../../src/cluster/port.ts';
import type { Status } from '../../../src/crds/index.ts';
import type { Child } from '../../../src/reconcile/child.ts';
import type { Outcome } from '../../../src/reconcile/outcome.ts';
import { Reconciler, type Result } from '../../../src/reconcile/reconciler.ts';
import { type Call, type Fault, ModelCluster } from './cluster.ts';
import { granted, plan } from './custom.ts';
import { refTo } from './samples.ts';
import { ScriptedController, grantRef, grantsOf, setGrant } from './scripted.ts';
import { World } from './world.ts';

const KEY = { kind: 'ImpersonationGrant', name: 'g' };

/** A reconciler of one grant, a scripted controller, and the cluster that it writes to. */
export class Stage {
  readonly world = new World();
  readonly controller = new ScriptedController();
  readonly customs = grantsOf(this.world.store);
  readonly errors: unknown[] = [];
  fault: (call: Call) => Fault = () => undefined;
  yields: () => boolean = () => false;
  readonly cluster = new ModelCluster(this.world.store, async (call) => this.fault(call));
  readonly #reconciler = new Reconciler(this.controller, this.customs, {
    cluster: this.cluster,
    clock: { now: () => this.world.store.now },
    children: this.world.children,
    instance: 'pod-1',
    observe: (object) => this.customs.observe(object),
    yields: () => this.yields(),
    onError: (error) => this.errors.push(error),
  });

  constructor(children: readonly Child[], outcome: Outcome = granted()) {
    this.plans(children, outcome);
    setGrant(this.world.store, 'g');
  }

  plans(children: readonly Child[], outcome: Outcome = granted()): void {
    this.controller.answer = () => plan(outcome, {}, { children });
  }

  async run(): Promise<Result> {
    const result = await this.once();
    return result === 'yielded' ? this.run() : result;
  }

  /** As far as it goes before it yields. */
  async once(): Promise<Result | 'yielded'> {
    return this.#reconciler.reconcile(KEY);
  }

  get verbs(): string[] {
    return this.cluster.writes.map(({ verb, ref }) => `${verb} ${ref.split('.')[0]}`);
  }

  get status(): Status {
    return (this.world.store.get(grantRef('g'))?.['status'] ?? {}) as Status;
  }

  ready(): unknown {
    const condition = this.status.conditions?.find(({ type }) => type === 'Ready');
    return condition && [condition.status, condition.reason];
  }

  edit(child: Child, change: (object: StoredObject) => Partial<StoredObject>): void {
    this.world.store.edit(refTo(child), (object) => ({ ...object, ...change(object) }));
  }
}

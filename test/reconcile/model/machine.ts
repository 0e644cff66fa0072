import type { Cached, InformerOptions } from '../../../src/cluster/port.ts';
import { CLUSTER_WIDE, CREDENTIAL_KINDS, NAMESPACE } from '../../../src/controllers/kinds.ts';
import { Engine } from '../../../src/reconcile/engine.ts';
import { type Observed, projection } from '../../../src/reconcile/observed.ts';
import { type Call, type Fault, ModelCluster } from './cluster.ts';
import { ModelInformer } from './informer.ts';
import { Recorder, ScriptedController, bindingsOf, grantsOf } from './scripted.ts';
import { CREDENTIALS, World } from './world.ts';

const named: InformerOptions<Cached>['project'] = ({ metadata: { name, uid, resourceVersion } }) => ({
  namespace: '',
  name,
  uid,
  resourceVersion,
});

const late = <I extends { late: boolean }>(informer: I): I => Object.assign(informer, { late: true });

/** An engine with a scripted controller for grants, on a model cluster. */
export class Machine {
  readonly world = new World();
  readonly store = this.world.store;
  readonly controller = new ScriptedController();
  readonly bindings = new ScriptedController();
  readonly observer = new Recorder();
  readonly sweepMs = 600_000;
  mayWrite = true;
  fault: (call: Call) => Fault = () => undefined;
  readonly cluster = new ModelCluster(this.store, async (call) => this.fault(call));
  readonly engine: Engine;

  constructor() {
    Object.assign(this.bindings, { kind: 'UserBinding', slug: 'binding' });
    const cache = (kind: (typeof CLUSTER_WIDE)[number], namespace: string | undefined) => ({
      kind,
      namespace,
      informer: late(
        new ModelInformer<Observed>(this.store, {
          type: kind.type,
          project: projection(kind),
          ...(namespace === undefined ? {} : { namespace }),
        }),
      ),
    });
    this.engine = new Engine({
      cluster: this.cluster,
      clock: { now: () => this.store.now },
      watched: [
        { controller: this.controller, customs: late(grantsOf(this.store)) },
        { controller: this.bindings, customs: late(bindingsOf(this.store)) },
      ],
      childCaches: [
        ...CLUSTER_WIDE.map((kind) => cache(kind, undefined)),
        ...CREDENTIAL_KINDS.map((kind) => cache(kind, CREDENTIALS)),
      ],
      others: [late(new ModelInformer(this.store, { type: NAMESPACE, project: named }))],
      signals: [],
      mayWrite: () => this.mayWrite,
      workers: 3,
      sweepMs: this.sweepMs,
      instance: 'pod-1',
      observer: this.observer,
    });
  }

  start(): void {
    this.engine.start();
  }
}

import framework, { ResourceEventType, type OperatorLogger, type ResourceEvent } from '@dot-i/k8s-operator';
import type { Cached, Change, Informer, ResourceType } from './cluster/port.ts';

/** One cache, and the namespace that it is of; undefined for all. */
export interface Watch {
  readonly informer: Informer<Cached>;
  readonly namespace: string | undefined;
}

export interface ImpersonationOperatorOptions {
  readonly watches: readonly Watch[];
  /** Told of every change; what the caches hold is with the informers themselves. */
  readonly onEvent: (event: ResourceEvent) => Promise<void>;
  readonly logger: OperatorLogger;
}

/**
 * The watches and their life. The framework's own watch exits on any error and loses deletions, and its writes are not under the
 * write guard: watching is done by our informers, and everything of it that would send a request throws.
 */
export class ImpersonationOperator extends framework.default {
  readonly #watches: readonly Watch[];
  readonly #onEvent: ImpersonationOperatorOptions['onEvent'];
  readonly #started: Informer<Cached>[] = [];
  #stopped: Promise<unknown> = Promise.resolve();

  constructor({ watches, onEvent, logger }: ImpersonationOperatorOptions) {
    super(logger);
    this.#watches = watches;
    this.#onEvent = onEvent;
  }

  /** Resolves when every cache is complete; rejects when `stop` comes first. */
  override async start(): Promise<void> {
    await super.start();
    await Promise.all(this.#started.map(async (informer) => informer.whenSynced()));
  }

  /** Ends every watch; `whenStopped` tells when that is done. */
  override stop(): void {
    this.#stopped = Promise.all(this.#started.map(async (informer) => informer.stop()));
  }

  async whenStopped(): Promise<void> {
    await this.#stopped;
  }

  protected override async init(): Promise<void> {
    for (const { informer, namespace } of this.#watches) {
      const { group, version, plural } = informer.type;
      await this.watchResource(group, version, plural, this.#onEvent, namespace);
    }
  }

  /** Starts the informer of this resource. Rejects where there is none. */
  protected override async watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const watched = this.#watches.find(
      ({ informer: { type }, namespace: only }) =>
        type.group === group && type.version === version && type.plural === plural && only === namespace,
    );
    if (watched === undefined) throw new Error(`there is no informer for ${plural} of ${group}/${version}`);
    const { informer } = watched;
    informer.onChange((change) => {
      onEvent(resourceEvent(informer.type, change)).catch((error: unknown) =>
        this.logger.error(`unable to handle an event of ${plural}: ${String(error)}`),
      );
    });
    this.#started.push(informer);
    informer.start();
  }

  protected override async registerCustomResourceDefinition(): Promise<never> {
    return unused();
  }

  protected override async setResourceStatus(): Promise<never> {
    return unused();
  }

  protected override async patchResourceStatus(): Promise<never> {
    return unused();
  }

  protected override async handleResourceFinalizer(): Promise<never> {
    return unused();
  }

  protected override async setResourceFinalizers(): Promise<never> {
    return unused();
  }

  protected override async applyAxiosKubeConfigAuth(): Promise<never> {
    return unused();
  }

  protected override async applyGaxiosKubeConfigAuth(): Promise<never> {
    return unused();
  }

  protected override getCustomResourceApiUri(): never {
    return unused();
  }
}

const unused = (): never => {
  throw new Error('requests leave through src/cluster only');
};

const resourceEvent = (
  { group, version, kind, plural }: ResourceType,
  { before, after }: Change<Cached>,
): ResourceEvent => {
  const cached = after ?? before;
  if (cached === undefined) throw new Error('a change has a before or an after');
  const { name, namespace, uid, resourceVersion } = cached;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const place = namespace === '' ? {} : { namespace };
  return {
    type: eventType(before, after),
    meta: { id: `${plural}.${apiVersion}`, apiVersion, kind, name, ...place, resourceVersion },
    object: { apiVersion, kind, metadata: { name, ...place, uid, resourceVersion } },
  };
};

const eventType = (before: Cached | undefined, after: Cached | undefined): ResourceEventType => {
  if (before === undefined) return ResourceEventType.Added;
  return after === undefined ? ResourceEventType.Deleted : ResourceEventType.Modified;
};

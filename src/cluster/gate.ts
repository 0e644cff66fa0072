import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff, type BackoffOptions } from './backoff.ts';
import { JSON_TYPE, type ApiClient } from './client.ts';
import { isApiError } from './errors.ts';
import { LineSplitter } from './lines.ts';
import type { Ref, ResourceType } from './port.ts';
import { errorOfAnswer, isRecord, parseJson } from './status.ts';

/** Whether the API server has the feature, and how that is known. */
export interface GateState {
  readonly on: boolean;
  readonly why: string;
}

export interface FeatureGateOptions {
  readonly client: ApiClient;
  /** As the API server calls it. */
  readonly name: string;
  /** The first minor version, of major version 1, that has it unless told otherwise. */
  readonly since: number;
  /** Milliseconds between two reads where nothing else asks for one. */
  readonly intervalMs: number;
  readonly backoff: BackoffOptions;
  readonly onError: (error: unknown) => void;
}

/** No type of the API: what plans depend on is named by references, and this names a gate. */
const TYPE: ResourceType = { group: '', version: '', kind: 'FeatureGate', plural: 'featuregates', namespaced: false };

const SILENCE_MS = 30_000;

/** A server that comes back breaks every stream: one read is for all of them. */
const SETTLE_MS = 200;

/**
 * One feature gate of the API server, read from its metrics, or from its version where the metrics are not for us.
 * A server that restarts may have changed its mind, so it is read again whenever a stream had to be connected anew.
 */
export class FeatureGate {
  readonly ref: Ref;
  readonly #options: FeatureGateOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #listeners: ((ref: Ref) => void)[] = [];
  #due = Promise.withResolvers<void>();
  #state: GateState = { on: false, why: 'it was not asked yet' };
  #running: Promise<void> = Promise.resolve();

  constructor(options: FeatureGateOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
    this.ref = { type: TYPE, namespace: '', name: options.name };
    options.client.transport.onConnect((lane) => {
      if (lane === 'streams') this.#due.resolve();
    });
  }

  get state(): GateState {
    return this.#state;
  }

  /** Registers a listener, called when the gate was turned on or off. */
  onSignal(listener: (ref: Ref) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves once the state is known; rejects when `stop` comes first. */
  async start(): Promise<void> {
    const first = Promise.withResolvers<void>();
    this.#running = this.#run(first.resolve).then(() => first.reject(new Error('stopped')));
    await first.promise;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(onKnown: () => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#due = Promise.withResolvers();
      const pauseMs = await this.#attempt(onKnown);
      await Promise.race([sleep(pauseMs, undefined, { signal }), this.#due.promise]).catch(() => {});
      await sleep(SETTLE_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Answers how long to wait for the next. */
  async #attempt(onKnown: () => void): Promise<number> {
    try {
      this.#take(await this.#read());
      this.#backoff.reset();
      onKnown();
      return this.#options.intervalMs;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onError(error);
      return this.#backoff.next(isApiError(error) ? error.retryAfterSeconds : undefined);
    }
  }

  #take(state: GateState): void {
    const changed = state.on !== this.#state.on;
    this.#state = state;
    if (changed) for (const listener of this.#listeners) listener(this.ref);
  }

  async #read(): Promise<GateState> {
    return (await this.#fromMetrics()) ?? this.#fromVersion();
  }

  /** Undefined where they do not tell: they are for few, and an older server does not know the gate. */
  async #fromMetrics(): Promise<GateState | undefined> {
    const { client, name } = this.#options;
    const line = new RegExp(String.raw`^kubernetes_feature_enabled\{(?:.*,)?name="${name}"[,}].* (\d)$`);
    let value: string | undefined;
    const lines = new LineSplitter((text) => {
      value ??= line.exec(text)?.[1];
    });
    const onData = (chunk: Buffer): void => lines.push(chunk);
    const options = { signal: this.#stop.signal, silenceMs: SILENCE_MS, maxMs: SILENCE_MS, onData };
    try {
      await client.follow('/metrics', 'text/plain', options, 'requests');
    } catch (error) {
      if (!isApiError(error, 'Forbidden', 'NotFound')) throw error;
    }
    return value === undefined ? undefined : { on: value === '1', why: `its metrics say ${value}` };
  }

  async #fromVersion(): Promise<GateState> {
    const { client, since } = this.#options;
    const request = { verb: 'get', method: 'GET', path: '/version', accept: JSON_TYPE, body: undefined } as const;
    const answer = await client.send({
      ...request,
      lane: 'requests',
      timeoutMs: SILENCE_MS,
      maySend: () => true,
      signal: this.#stop.signal,
    });
    if (answer.status !== 200) throw errorOfAnswer('GET /version', answer, false);
    const version = parseJson(answer.body);
    const { major, minor } = isRecord(version) ? version : {};
    const digits = /^\d+/.exec(String(minor))?.[0];
    return {
      on: String(major) === '1' && Number(digits) >= since,
      why: `its version is ${String(major)}.${String(minor)}`,
    };
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isApiError } from '../../cluster/errors.ts';
import type { Ref, ResourceType } from '../../cluster/port.ts';
import type { Impersonated, UserInfo } from '../../cluster/self-review.ts';
import { isAs, probeText } from './probes.ts';

/** What came of trying. */
export interface Finding {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: 'Verified' | 'ImpersonationRefused' | 'VerificationFailed';
  readonly message: string;
}

/** One request for verification: asked once for each value of the annotation and each generation of the spec. */
export interface VerificationRequest {
  readonly uid: string;
  /** Names the custom resource, so that it is looked at again when the finding is there. */
  readonly kind: string;
  readonly name: string;
  readonly generation: number;
  readonly requestedAt: string;
  readonly probes: readonly Impersonated[];
  /** Reads the token at the moment of its use. */
  readonly token: () => Promise<string | undefined>;
}

export interface VerifierOptions {
  readonly review: (token: string, as: Impersonated) => Promise<UserInfo>;
  /** Milliseconds between two requests, whatever they are for. */
  readonly intervalMs: number;
}

/** No type of the API: plans that wait for a finding depend on it. */
const TYPE: ResourceType = { group: '', version: '', kind: 'Finding', plural: 'findings', namespaced: true };

const idOf = ({ uid, generation, requestedAt }: VerificationRequest): string =>
  JSON.stringify([uid, generation, requestedAt]);

/** With pauses that double. */
const ATTEMPTS = 5;

interface Entry {
  readonly id: string;
  readonly finding: Finding | undefined;
}

/** Proves grants by real requests, one after the other, so that no worker waits for it and the API server hardly notices. */
export class Verifier {
  readonly #options: VerifierOptions;
  /** By uid: the last request, and its finding. */
  readonly #entries = new Map<string, Entry>();
  readonly #listeners: ((ref: Ref) => void)[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  ref({ kind, name }: Pick<VerificationRequest, 'kind' | 'name'>): Ref {
    return { type: TYPE, namespace: kind, name };
  }

  /** Registers a listener, called with the reference of the custom resource whose finding is there. */
  onSignal(listener: (ref: Ref) => void): void {
    this.#listeners.push(listener);
  }

  /** The finding; undefined as long as it is looked for, which begins with the first call. */
  finding(request: VerificationRequest): Finding | undefined {
    const id = idOf(request);
    const known = this.#entries.get(request.uid);
    if (known?.id === id) return known.finding;
    this.#entries.set(request.uid, { id, finding: undefined });
    this.#last = this.#last.then(async () => this.#work(request, id));
    return undefined;
  }

  /** What was found is in the status now, or the custom resource is gone. */
  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  async #work(request: VerificationRequest, id: string): Promise<void> {
    // another request may have taken its place while it waited
    if (this.#entries.get(request.uid)?.id !== id) return;
    const finding = await this.#found(request);
    if (this.#entries.get(request.uid)?.id !== id) return;
    this.#entries.set(request.uid, { id, finding });
    for (const listener of this.#listeners) listener(this.ref(request));
  }

  async #found({ probes, token }: VerificationRequest): Promise<Finding> {
    try {
      for (const probe of probes) {
        const wrong = await this.#persistentRefusal(token, probe);
        if (wrong !== undefined) return wrong;
      }
      return {
        status: 'True',
        reason: 'Verified',
        message: `the API server let the credential become each of ${probes.length}`,
      };
    } catch (error) {
      return unknown(error instanceof Error ? error.message : String(error));
    }
  }

  /** A server learns of new roles a moment after they are written, so the first refusals count for nothing. */
  async #persistentRefusal(token: VerificationRequest['token'], probe: Impersonated): Promise<Finding | undefined> {
    const { intervalMs } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const wrong = await this.#refusal(await token(), probe);
      await sleep(intervalMs);
      if (wrong === undefined || attempt === ATTEMPTS) return wrong;
      await sleep(intervalMs * 2 ** attempt);
    }
  }

  async #refusal(token: string | undefined, probe: Impersonated): Promise<Finding | undefined> {
    if (token === undefined) return unknown('the Secret holds no token');
    try {
      const found = await this.#options.review(token, probe);
      return isAs(probe, found)
        ? undefined
        : refused(`as ${probeText(probe)} the API server took the credential for ${JSON.stringify(found)}`);
    } catch (error) {
      if (isApiError(error, 'Forbidden')) return refused(`${probeText(probe)}: ${error.message}`);
      if (isApiError(error, 'Unauthorized'))
        return unknown(
          `the API server does not take the token, as is right for one with other audiences: ${error.message}`,
        );
      throw error;
    }
  }
}

const refused = (message: string): Finding => ({ status: 'False', reason: 'ImpersonationRefused', message });
const unknown = (message: string): Finding => ({ status: 'Unknown', reason: 'VerificationFailed', message });

import type { Cluster } from '../cluster/port.ts';
import type { Clock } from './clock.ts';
import { claim, refusal, type Site } from './installation.ts';
import type { Leadership } from './leader-election.ts';
import type { Logger } from './logger.ts';

export interface InstallationClaimOptions {
  /** Writes while this replica leads. */
  readonly cluster: Pick<Cluster, 'get' | 'create'>;
  readonly leads: Leadership['mayWrite'];
  readonly site: () => Site;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly logger: Pick<Logger, 'warn'>;
  /** From now on this replica may write. */
  readonly onHeld: () => void;
  /** The cluster is another installation's; the text says what to do. */
  readonly onRefused: (text: string) => void;
}

const RETRY_MS = 2000;

/** Leading is not enough to write: the lease is in one namespace, and another installation has its own. */
export class InstallationClaim {
  readonly #options: InstallationClaimOptions;
  #term = new AbortController();
  #held = false;

  constructor(options: InstallationClaimOptions) {
    this.#options = options;
  }

  mayWrite(): boolean {
    return this.#held && this.#options.leads();
  }

  /** This replica began to lead. Resolves when the cluster is claimed, or the term is over. */
  async begin(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = (this.#term = new AbortController());
    while (!signal.aborted && !(await this.#attempt(signal))) await clock.sleep(RETRY_MS, signal);
  }

  /** This replica ceased to lead. */
  end(): void {
    this.#term.abort();
    this.#held = false;
  }

  /** False: try again. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { cluster, site, logger, onHeld, onRefused } = this.#options;
    try {
      const claimed = await claim(cluster, site());
      if (signal.aborted) return true;
      if (claimed.by === 'others') onRefused(refusal(claimed.namespace));
      else if (claimed.by === 'us') {
        this.#held = true;
        onHeld();
      }
      return claimed.by !== 'nobody';
    } catch (error) {
      logger.warn({ err: error }, 'unable to claim the cluster for this installation');
      return false;
    }
  }
}

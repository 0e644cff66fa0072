import { open } from 'node:fs/promises';
import { until } from '../waiting.ts';

/** What the audit log of a server says of one request. */
export interface AuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly impersonatedUser?: {
    readonly username: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly authenticationMetadata?: { readonly impersonationConstraint?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A log that is read from where it was left. */
export class AuditLog {
  readonly #path: string;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The events of these requests, which were all answered; others are passed over. */
  async eventsOf(ids: ReadonlySet<string>): Promise<Map<string, AuditEvent>> {
    const events = new Map<string, AuditEvent>();
    return until(
      'event for every request in the audit log',
      async () => {
        for (const event of await this.#more())
          if (event.stage === 'ResponseComplete' && ids.has(event.auditID)) events.set(event.auditID, event);
        return events.size === ids.size ? events : undefined;
      },
      () => `${events.size} of ${ids.size}`,
    );
  }

  async #more(): Promise<AuditEvent[]> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(size - this.#offset);
      await file.read(buffer, 0, buffer.length, this.#offset);
      this.#offset = size;
      // a line that is being written may end within a character
      const lines = (this.#rest + buffer.toString('latin1')).split('\n');
      this.#rest = lines.pop() ?? '';
      return lines.map((line) => JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as AuditEvent);
    } finally {
      await file.close();
    }
  }
}

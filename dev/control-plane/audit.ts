/** What the API server was asked, from its audit log. */
import { readFile } from 'node:fs/promises';

/** One answered request; a watch has two, `ResponseStarted` and, when it ends, `ResponseComplete`. */
export interface AuditEvent {
  readonly auditID: string;
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** Lower-case: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; for other URLs the method. */
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly userAgent?: string;
  /** Absent for requests that name no resource. */
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
}

/** All events so far. An event is written when its request ends, which the client may know a moment earlier. */
export const readAuditLog = async (path: string): Promise<AuditEvent[]> => {
  const text = await readFile(path, 'utf8');
  // The last line may be half written.
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent);
};

/** Asks the API server who a request is from, and whether it lets somebody do something as somebody else. */
import { Pool } from 'undici';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { type Action, WHO_AM_I } from './action.ts';
import { type Identity, headersOf, textOf } from './identity.ts';

/** The identity as the server understood it; groups and keys of `extra` are sorted. */
export interface Understood {
  readonly user: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * `denied`: the server refused the impersonation. `unauthenticated`: it does not know the token. Nothing else is an answer.
 * `allowed`: it let it happen; whether the one who is impersonated may do such a thing is another question.
 */
export type Answer = Understood | 'allowed' | 'denied' | 'unauthenticated';

/** Doing something as somebody. */
export interface Attempt {
  readonly identity: Identity;
  readonly action: Action;
}

export const attemptText = ({ identity, action }: Attempt): string =>
  action === WHO_AM_I ? textOf(identity) : `${textOf(identity)}, to ${action.name}`;

interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

interface Response {
  readonly status: number;
  readonly text: string;
}

/** Answers that only come once both the impersonation and the request were allowed: what is asked for is not there, or not like this. */
const AFTER_AUTHORIZATION: ReadonlySet<number> = new Set([200, 201, 400, 404, 405, 409, 422]);

/** The server's words where it let somebody become another, who may not do this himself. */
const refusedToItself = (text: string, { user }: Identity): boolean =>
  (JSON.parse(text) as { message?: string }).message?.includes(`User ${JSON.stringify(user)} cannot `) === true;

/** Sends real headers over connections of its own: `fetch` would join the lines of `Impersonate-Group` into one name. */
export class Prober {
  readonly #pool: Pool;

  constructor({ url, ca }: Pick<Connection, 'url' | 'ca'>, connections = 8) {
    this.#pool = new Pool(url, { connections, pipelining: 1, allowH2: false, connect: { ca, allowH2: false } });
  }

  /** Who the server takes an impersonating request for. @throws for any answer that is neither that, nor a refusal. */
  async probe(token: string, identity: Identity): Promise<Answer> {
    return this.attempt(token, { identity, action: WHO_AM_I });
  }

  /** @throws for any answer that is neither what was asked for, nor a refusal to impersonate, nor a refusal of the token. */
  async attempt(token: string, attempt: Attempt): Promise<Answer> {
    const { identity, action } = attempt;
    const { status, text } = await this.#send(token, attempt);
    if (status === 401) return 'unauthenticated';
    if (status === 403 && /cannot impersonate/.test(text)) return 'denied';
    if (action === WHO_AM_I && status === 201) return understood(text);
    if (action !== WHO_AM_I) {
      if (AFTER_AUTHORIZATION.has(status)) return 'allowed';
      if (status === 403 && refusedToItself(text, identity)) return 'allowed';
    }
    throw new Error(`the answer to ${attemptText(attempt)} is ${status}: ${text}`);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #send(token: string, { identity, action: { method, path, body } }: Attempt): Promise<Response> {
    const answer = await this.#pool.request({
      path,
      method,
      headers: ['Authorization', `Bearer ${token}`, 'Content-Type', 'application/json', ...headersOf(identity)],
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
}

const understood = (text: string): Understood => {
  const { userInfo } = (JSON.parse(text) as { status: { userInfo: UserInfo } }).status;
  return {
    user: userInfo.username,
    uid: userInfo.uid,
    groups: [...(userInfo.groups ?? [])].toSorted(),
    extra: sortedByKey(userInfo.extra ?? {}),
  };
};

export const sortedByKey = (
  extra: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(extra).toSorted(([one], [other]) => (one < other ? -1 : 1)));

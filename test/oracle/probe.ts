/** Asks the API server who a request is from. */
import { Pool } from 'undici';
import type { Connection } from '../../dev/control-plane/connection.ts';
import { type Identity, headersOf, textOf } from './identity.ts';

/** The identity as the server understood it; groups and keys of `extra` are sorted. */
export interface Understood {
  readonly user: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** `denied`: the server refused the impersonation. `unauthenticated`: it does not know the token. Nothing else is an answer. */
export type Answer = Understood | 'denied' | 'unauthenticated';

interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

const PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const BODY = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });

/** Sends real headers over connections of its own: `fetch` would join the lines of `Impersonate-Group` into one name. */
export class Prober {
  readonly #pool: Pool;

  constructor({ url, ca }: Pick<Connection, 'url' | 'ca'>, connections = 8) {
    this.#pool = new Pool(url, { connections, pipelining: 1, allowH2: false, connect: { ca, allowH2: false } });
  }

  /** @throws for any answer that is neither an identity, nor a refusal to impersonate, nor a refusal of the token. */
  async probe(token: string, identity: Identity): Promise<Answer> {
    const { statusCode, body } = await this.#pool.request({
      path: PATH,
      method: 'POST',
      headers: ['Authorization', `Bearer ${token}`, 'Content-Type', 'application/json', ...headersOf(identity)],
      body: BODY,
    });
    const text = await body.text();
    if (statusCode === 201) return understood(text);
    if (statusCode === 401) return 'unauthenticated';
    if (statusCode === 403 && /cannot impersonate/.test(text)) return 'denied';
    throw new Error(`the answer to ${textOf(identity)} is ${statusCode}: ${text}`);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
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

import type { Dispatcher } from 'undici';
import { JSON_TYPE } from './client.ts';
import { Exchange } from './exchange.ts';
import { unreachable } from './request-errors.ts';
import { errorOfAnswer, isRecord, parseJson, type Answer } from './status.ts';
import { dispatcherFor, type Transport } from './transport.ts';
import type { Access } from './credentials.ts';
import { ApiError } from './errors.ts';

/** Whom a request asks to be. */
export interface Impersonated {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
  readonly extra: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Whom the API server takes a request to be from. */
export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const BODY = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
const TIMEOUT_MS = 10_000;

/** A header is bytes: names are sent as UTF-8, whatever letters they have. */
const bytes = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

/** One line for each group and each value: joined, several names would be one. */
const headersOf = ({ user, groups, uid, extra }: Impersonated): string[] =>
  [
    'Impersonate-User',
    user,
    ...groups.flatMap((group) => ['Impersonate-Group', group]),
    ...(uid === undefined ? [] : ['Impersonate-Uid', uid]),
    ...extra.flatMap(({ key, values }) =>
      values.flatMap((value) => [`Impersonate-Extra-${encodeURIComponent(key)}`, value]),
    ),
  ].map(bytes);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const userInfoOf = (answer: Answer): UserInfo => {
  const body = parseJson(answer.body);
  const status = isRecord(body) ? body['status'] : undefined;
  const info = isRecord(status) ? status['userInfo'] : undefined;
  if (answer.status !== 201 || !isRecord(info)) throw errorOfAnswer(`POST ${PATH}`, answer, false);
  const extra = isRecord(info['extra']) ? Object.entries(info['extra']) : [];
  return {
    username: String(info['username']),
    uid: typeof info['uid'] === 'string' ? info['uid'] : '',
    groups: strings(info['groups']),
    extra: Object.fromEntries(extra.map(([key, values]) => [key, strings(values)])),
  };
};

/** Asks the API server, with a token of somebody else, whom it takes him to be. It keeps no token. */
export class SelfReviewer {
  readonly #transport: Transport;
  #made: { readonly access: Access; readonly dispatcher: Dispatcher } | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws {ApiError} `Forbidden` where the server refuses the impersonation, `Unauthorized` where it does not take the token. */
  async review(token: string, as: Impersonated): Promise<UserInfo> {
    const { access } = await this.#transport.route('requests');
    const exchange = new Exchange(TIMEOUT_MS, undefined, { beforeSend: () => {}, onDate: () => {} });
    this.#dispatcher(access).dispatch(
      {
        origin: access.origin,
        path: `${access.basePath}${PATH}`,
        method: 'POST',
        headers: ['authorization', `Bearer ${token}`, 'accept', JSON_TYPE, 'content-type', JSON_TYPE, ...headersOf(as)],
        body: BODY,
      },
      exchange,
    );
    try {
      return userInfoOf(await exchange.answer);
    } catch (error) {
      throw error instanceof ApiError ? error : unreachable({ method: 'POST', path: PATH }, error);
    }
  }

  async close(): Promise<void> {
    await this.#made?.dispatcher.destroy();
    this.#made = undefined;
  }

  /** A connection with our own certificate would be ours, whatever token is sent. */
  #dispatcher(access: Access): Dispatcher {
    if (this.#made?.access === access) return this.#made.dispatcher;
    this.#made?.dispatcher.close().catch(() => {});
    const { cert: _cert, key: _key, ...tls } = access.tls;
    const dispatcher = dispatcherFor({ ...access, tls }, 1);
    this.#made = { access, dispatcher };
    return dispatcher;
  }
}

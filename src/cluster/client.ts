import type { Dispatcher } from 'undici';
import { DateClock } from './clock.ts';
import { ApiError } from './errors.ts';
import { Exchange } from './exchange.ts';
import { notLeading, titleOf, unauthorized, unreachable, type Named } from './request-errors.ts';
import { Slots } from './slots.ts';
import { errorOfAnswer, type Answer } from './status.ts';
import { StreamExchange, type StreamOptions } from './stream.ts';
import type { Lane, Route, Transport } from './transport.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'delete';

/** One attempt that was sent. `code` is the HTTP status, 0 where no answer came; a watch is reported when it ends. */
export interface RequestReport {
  readonly verb: Verb;
  readonly code: number;
  readonly seconds: number;
}

export interface ApiRequest {
  readonly verb: Verb;
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly accept: string;
  readonly body: string | undefined;
  readonly lane: Lane;
  readonly timeoutMs: number;
  /** Asked right before the first byte leaves, also of a second attempt. */
  readonly maySend: () => boolean;
  /** Ends the request, answered or not. */
  readonly signal: AbortSignal | undefined;
}

export interface ApiClientOptions {
  readonly transport: Transport;
  readonly onRequest?: (report: RequestReport) => void;
}

export const JSON_TYPE = 'application/json';

/** Requests to the API server: credentials, connections, time-outs, and the server's clock. Answers of any status are answers. */
export class ApiClient {
  readonly clock = new DateClock();
  readonly transport: Transport;
  readonly #onRequest: (report: RequestReport) => void;
  readonly #slots: Readonly<Record<Lane, Slots>>;

  constructor(options: ApiClientOptions) {
    this.transport = options.transport;
    this.#onRequest = options.onRequest ?? (() => {});
    this.#slots = {
      requests: new Slots(this.transport.limit('requests')),
      lease: new Slots(this.transport.limit('lease')),
      streams: new Slots(this.transport.limit('streams')),
    };
  }

  /** Sends; after a 401 once more if there are newer credentials. Throws `ApiError` with reason `Unreachable` or `NotLeading`. */
  async send(request: ApiRequest): Promise<Answer> {
    const slots = this.#slots[request.lane];
    await slots.acquire();
    try {
      const route = await this.transport.route(request.lane);
      const answer = await this.#attempt(request, route);
      if (answer.status !== 401) return answer;
      const renewed = await this.#renewed(request, request.lane, route);
      return renewed === undefined ? answer : await this.#attempt(request, renewed);
    } catch (error) {
      throw error instanceof ApiError ? error : unreachable(request, error);
    } finally {
      slots.release();
    }
  }

  /** Follows a stream until the server ends it; throws `ApiError` for everything else, `signal` included. */
  async follow(path: string, accept: string, options: StreamOptions, lane: Lane = 'streams'): Promise<void> {
    const request = { method: 'GET', path } as const;
    const slots = this.#slots[lane];
    await slots.acquire();
    try {
      const route = await this.transport.route(lane);
      const attempt = async (by: Route): Promise<Answer | undefined> =>
        this.#attemptStream(by, { path, accept, verb: lane === 'streams' ? 'watch' : 'get' }, options);
      const refusal = await attempt(route);
      if (refusal === undefined) return;
      const renewed = refusal.status === 401 ? await this.#renewed(request, lane, route) : undefined;
      const second = renewed ? await attempt(renewed) : refusal;
      if (second !== undefined) throw errorOfAnswer(titleOf(request), second, false);
    } catch (error) {
      throw error instanceof ApiError ? error : unreachable(request, error);
    } finally {
      slots.release();
    }
  }

  async #renewed(request: Named, lane: Lane, { access }: Route): Promise<Route | undefined> {
    try {
      return await this.transport.renewedRoute(lane, access);
    } catch (cause) {
      throw unauthorized(request, cause);
    }
  }

  #report(verb: Verb, code: number, startedAt: number): void {
    this.#onRequest({ verb, code, seconds: (performance.now() - startedAt) / 1000 });
  }

  async #attempt(request: ApiRequest, route: Route): Promise<Answer> {
    const startedAt = performance.now();
    const exchange = new Exchange(request.timeoutMs, request.signal, {
      beforeSend: () => {
        if (!request.maySend()) throw notLeading(request);
      },
      onDate: (date, sentAt, receivedAt) => this.clock.observe(date, sentAt, receivedAt),
    });
    route.dispatcher.dispatch(
      {
        origin: route.access.origin,
        path: `${route.access.basePath}${request.path}`,
        method: request.method,
        headers: headersFor(route, request),
        body: request.body ?? null,
        // A DELETE with a body would otherwise cost its connection.
        reset: false,
      },
      exchange,
    );
    try {
      const answer = await exchange.answer;
      this.#report(request.verb, answer.status, startedAt);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) this.#report(request.verb, 0, startedAt);
      throw error;
    }
  }

  async #attemptStream(
    { access, dispatcher, headers }: Route,
    { path, accept, verb }: Pick<ApiRequest, 'path' | 'accept' | 'verb'>,
    options: StreamOptions,
  ): Promise<Answer | undefined> {
    const startedAt = performance.now();
    const exchange = new StreamExchange({
      ...options,
      onDate: (date, sentAt, receivedAt) => this.clock.observe(date, sentAt, receivedAt),
    });
    dispatcher.dispatch(
      {
        origin: access.origin,
        path: `${access.basePath}${path}`,
        method: 'GET',
        headers: [...headers, 'accept', accept],
      },
      exchange,
    );
    return exchange.ended.finally(() => {
      if (!options.signal.aborted) this.#report(verb, exchange.status, startedAt);
    });
  }
}

const headersFor = (route: Route, { accept, body }: Pick<ApiRequest, 'accept' | 'body'>): string[] =>
  body === undefined
    ? [...route.headers, 'accept', accept]
    : [...route.headers, 'accept', accept, 'content-type', JSON_TYPE];

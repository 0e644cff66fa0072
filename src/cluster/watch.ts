import type { ApiClient } from './client.ts';
import { ApiError } from './errors.ts';
import { LineSplitter } from './lines.ts';
import { errorOfEvent, isRecord, parseJson } from './status.ts';

/** Where the events of a watch go. */
export interface EventSink {
  update(object: unknown): void;
  remove(object: unknown): void;
  bookmark(object: unknown): void;
}

export interface WatchOptions {
  readonly path: string;
  readonly accept: string;
  /** The version after which events are wanted. */
  readonly resourceVersion: string;
  /** The server is asked to end the watch after this. */
  readonly timeoutSeconds: number;
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  readonly sink: EventSink;
  /** Called when the server has agreed to the watch. */
  readonly onOpen: () => void;
  /** Called for each event. */
  readonly onEvent: () => void;
}

/** How long after its own limit a server may still end the watch. */
const GRACE_MS = 15_000;

/** An event was lost, and only a list can tell which. */
const garbled = (request: string): ApiError =>
  new ApiError({
    reason: 'Expired',
    message: `${request}: a line that is not an event`,
    status: 200,
    retryAfterSeconds: undefined,
  });

const dispatch = (request: string, line: string, sink: EventSink): void => {
  const event = parseJson(line);
  if (!isRecord(event)) throw garbled(request);
  const { type, object } = event;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return sink.update(object);
    case 'DELETED':
      return sink.remove(object);
    case 'BOOKMARK':
      return sink.bookmark(object);
    case 'ERROR':
      throw errorOfEvent(request, object);
    default:
      throw garbled(request);
  }
};

/** Follows one watch until the server ends it. Throws `ApiError`: `Expired` when only a new list can help. */
export const watch = async (client: ApiClient, options: WatchOptions): Promise<void> => {
  const { path, resourceVersion, timeoutSeconds, sink } = options;
  const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}&timeoutSeconds=${timeoutSeconds}`;
  const lines = new LineSplitter((line) => {
    dispatch(`GET ${path}`, line, sink);
    options.onEvent();
  });
  await client.follow(`${path}?${query}`, options.accept, {
    signal: options.signal,
    silenceMs: options.silenceMs,
    maxMs: timeoutSeconds * 1000 + GRACE_MS,
    onOpen: options.onOpen,
    onData: (chunk) => lines.push(chunk),
  });
};

/** Tells the requests of an operator apart. */
import type { Proxy, Seen } from './proxy.ts';
import { untilTrue } from './waiting.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/';

const query = ({ path }: Seen): URLSearchParams => new URLSearchParams(path.split('?')[1] ?? '');

/** The path without its query. */
export const collection = ({ path }: Seen): string => path.split('?')[0] ?? '';

export const isWrite = ({ method }: Seen): boolean => method !== 'GET';

export const isOfLease = ({ path }: Seen): boolean => path.startsWith(LEASES);

/** A write that needs the lease. */
export const isGuarded = (seen: Seen): boolean => isWrite(seen) && !isOfLease(seen);

export const isWatch = (seen: Seen): boolean => !isWrite(seen) && query(seen).get('watch') === 'true';

export const isList = (seen: Seen): boolean => !isWrite(seen) && query(seen).has('limit');

/** Of the lists of everything in this collection, which may take several pages, the number. */
export const listsOf = (path: string, sent: readonly Seen[]): number =>
  sent.filter((seen) => isList(seen) && !query(seen).has('continue') && collection(seen) === path).length;

/** What a process follows that began with the request number `since`. */
export const watchedBy = ({ seen }: Pick<Proxy, 'seen'>, since = 0): ReadonlySet<string> =>
  new Set(seen.slice(since).filter(isWatch).map(collection));

/** Waits until everything that is watched was listed so many times more; answers all that was sent meanwhile. */
export const relists = async (
  { seen }: Pick<Proxy, 'seen'>,
  watched: ReadonlySet<string>,
  times: number,
): Promise<readonly Seen[]> => {
  const since = seen.length;
  const counts = (): (readonly [string, number])[] =>
    [...watched].map((path) => [path, listsOf(path, seen.slice(since))]);
  await untilTrue('another list of everything', async () => counts().every(([, count]) => count >= times), counts);
  return seen.slice(since);
};

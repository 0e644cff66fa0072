import { JSON_TYPE, type ApiClient } from './client.ts';
import { ApiError } from './errors.ts';
import { groupPath } from './paths.ts';
import type { ResourceType } from './port.ts';
import { titleOf } from './request-errors.ts';
import { isVersion } from './resource-version.ts';
import { errorOfAnswer, isRecord, parseJson } from './status.ts';

export const PAGE_SIZE = 500;

const LIST_TIMEOUT_MS = 60_000;

export interface ListPage {
  /** The version of the whole list, the same on each page. */
  readonly resourceVersion: string;
  readonly items: readonly unknown[];
}

interface ListRequest {
  readonly client: ApiClient;
  readonly path: string;
  readonly accept: string;
  readonly signal: AbortSignal;
}

const read = async ({ client, path, accept, signal }: ListRequest): Promise<Record<string, unknown>> => {
  const answer = await client.send({
    verb: 'list',
    method: 'GET',
    path,
    accept,
    body: undefined,
    lane: 'requests',
    timeoutMs: LIST_TIMEOUT_MS,
    maySend: () => true,
    signal,
  });
  const body = answer.status === 200 ? parseJson(answer.body) : undefined;
  if (isRecord(body)) return body;
  if (answer.status !== 200) throw errorOfAnswer(titleOf({ method: 'GET', path }), answer, false);
  throw incomplete(path);
};

/** An answer that is cut short, or no list, must never be read as an empty one. */
const incomplete = (path: string): ApiError =>
  new ApiError({
    reason: 'ServerError',
    message: `${titleOf({ method: 'GET', path })}: the answer is not a list`,
    status: 200,
    retryAfterSeconds: undefined,
  });

/** A consistent list (no resourceVersion is named), page by page. Throws `ApiError`, `Expired` when it took the server too long. */
export async function* listPages(request: ListRequest): AsyncGenerator<ListPage> {
  const { path } = request;
  let token = '';
  do {
    const next = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const { metadata, items } = await read({ ...request, path: `${path}?limit=${PAGE_SIZE}${next}` });
    if (!isRecord(metadata) || !isVersion(metadata['resourceVersion'])) throw incomplete(path);
    // Go writes an empty list as null in places.
    if (!Array.isArray(items) && items !== null) throw incomplete(path);
    yield { resourceVersion: metadata['resourceVersion'], items: items ?? [] };
    token = typeof metadata['continue'] === 'string' ? metadata['continue'] : '';
  } while (token !== '');
}

const namesOf = (entries: unknown, key: string): unknown[] | undefined =>
  Array.isArray(entries) ? entries.map((entry: unknown) => (isRecord(entry) ? entry[key] : undefined)) : undefined;

/**
 * Whether the server itself says that it serves no such type. The 404 of a list alone may come from something in between,
 * and to take it for "no objects" would end every right. Discovery is open to every authenticated user.
 */
export const isAbsentType = async (client: ApiClient, type: ResourceType, signal: AbortSignal): Promise<boolean> => {
  const discovery = { client, accept: JSON_TYPE, signal };
  const groups = await read({ ...discovery, path: '/apis' });
  if (groups['kind'] !== 'APIGroupList' || !Array.isArray(groups['groups'])) return false;
  const group: unknown = groups['groups'].find((entry: unknown) => isRecord(entry) && entry['name'] === type.group);
  const versions = isRecord(group) ? namesOf(group['versions'], 'version') : [];
  if (versions === undefined) return false;
  if (!versions.includes(type.version)) return type.group !== '';
  const { kind, resources } = await read({ ...discovery, path: groupPath(type) });
  return kind === 'APIResourceList' && namesOf(resources, 'name')?.includes(type.plural) === false;
};

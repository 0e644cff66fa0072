import type { StoredMeta } from './port.ts';
import { isRecord } from './status.ts';

/** Versions of one cluster are decimal numbers that only grow; they may outgrow a double. */
export const isOlder = (a: string, b: string): boolean => (a.length === b.length ? a < b : a.length < b.length);

export const newerOf = (a: string, b: string): string => (isOlder(a, b) ? b : a);

/** Whether a value is such a version; `0` and the empty string mean other things. */
export const isVersion = (value: unknown): value is string => typeof value === 'string' && /^[1-9]\d*$/.test(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The metadata of anything that has what every stored object has; throws for the rest, without quoting it. */
export const storedMetaOf = (object: unknown): StoredMeta => {
  const meta: unknown = isRecord(object) ? object['metadata'] : undefined;
  if (!isStoredMeta(meta)) throw new TypeError('an object without name, uid or numeric resourceVersion');
  return meta;
};

const isStoredMeta = (meta: unknown): meta is StoredMeta =>
  isRecord(meta) &&
  isText(meta['name']) &&
  isText(meta['uid']) &&
  isVersion(meta['resourceVersion']) &&
  (meta['namespace'] === undefined || typeof meta['namespace'] === 'string');

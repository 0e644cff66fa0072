/** The objects of config/. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

const CONFIG = resolve(import.meta.dirname, '../../../config');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly rules?: readonly unknown[];
}

/** Those of a file, in its order; the path is relative to config/. */
export const manifests = (path: string): readonly Manifest[] =>
  parseAllDocuments(readFileSync(resolve(CONFIG, path), 'utf8')).map((document) => document.toJS() as Manifest);

/** The only one of a kind in a file. @throws where there is none. */
export const manifest = (path: string, kind: string): Manifest => {
  const [found, ...more] = manifests(path).filter((one) => one.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`config/${path} has not one ${kind}`);
  return found;
};

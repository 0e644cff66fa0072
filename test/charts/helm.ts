/** The real Helm, and what it makes of the chart. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { acquireHelm } from '../../dev/helm/acquire.ts';
import type { AnyObject } from '../integration/admin.ts';

export const root = join(import.meta.dirname, '..', '..');
export const CHART = join(root, 'charts', 'impersonation-operator');
export const RELEASE = 'impersonation-operator';
export const NAMESPACE = 'impersonation-system';

export interface HelmResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface HelmOptions {
  /** Given by --values. */
  readonly values?: object;
  readonly environment?: Readonly<Record<string, string>>;
}

const program = acquireHelm({ environment: process.env, report: () => undefined });

/** Runs Helm; what it prints is the result, never an exception. */
export const helm = async (args: readonly string[], options: HelmOptions = {}): Promise<HelmResult> => {
  const values = options.values === undefined ? [] : ['--values', '-'];
  const child = spawn(await program, [...args, ...values], {
    stdio: 'pipe',
    env: { ...process.env, ...options.environment },
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve(code ?? -1));
  });
  child.stdin.on('error', () => undefined).end(options.values === undefined ? '' : JSON.stringify(options.values));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, code };
};

export const documents = (yaml: string): AnyObject[] =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as AnyObject | null)
    .filter((object) => object !== null);

/** The objects of the chart with these values. @throws with what Helm says. */
export const rendered = async (values: object = {}): Promise<AnyObject[]> => documents(await renderedText(values));

export const renderedText = async (values: object = {}): Promise<string> => {
  const { stdout, stderr, code } = await helm(['template', RELEASE, CHART, '--namespace', NAMESPACE], { values });
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

/** What Helm says of values that it refuses. */
export const refusal = async (values: object): Promise<string> => {
  const { stderr, code } = await helm(['template', RELEASE, CHART, '--namespace', NAMESPACE], { values });
  return code === 0 ? '' : stderr;
};

/** By kind and name, so that order does not count. */
export const byName = (objects: readonly AnyObject[]): Readonly<Record<string, AnyObject>> =>
  Object.fromEntries(objects.map((one) => [`${one.kind} ${one.metadata.namespace ?? ''}/${one.metadata.name}`, one]));

/** The only object of a kind. @throws where there is none. */
export const theOnly = (objects: readonly AnyObject[], kind: string): AnyObject => {
  const [found, ...more] = objects.filter((object) => object.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`there is not one ${kind}`);
  return found;
};

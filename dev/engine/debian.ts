/** Debian's packages, fetched and unpacked into a directory; nothing is installed. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd, supervise } from '../supervised.mjs';

/** Asked once: who has no network is told at once. */
const QUICK = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10'];

/** Some seconds are usual. */
const PATIENCE_MS = 90_000;

/** Exactly these packages, unpacked one over the other. Throws with what apt says where one cannot be had. */
export const unpackPackages = async (names: readonly string[], archives: string, into: string): Promise<void> => {
  await mkdir(archives, { recursive: true });
  await fetched(['download', ...names], archives);
  await unpack(archives, into);
};

/** A package and all that it depends on and this machine lacks, unpacked one over the other. For root. */
export const unpackWithDependencies = async (name: string, archives: string, into: string): Promise<void> => {
  await mkdir(join(archives, 'partial'), { recursive: true });
  const flags = ['--yes', '--download-only', '--no-install-recommends', '-o', `Dir::Cache::archives=${archives}`];
  await fetched(['install', ...flags, name], archives);
  await unpack(archives, into);
};

/** apt knows nothing on a new machine, and something old on another. */
const fetched = async (args: readonly string[], directory: string): Promise<void> => {
  if (await isDone(args, directory)) return;
  const updated = await apt(['update'], directory);
  if (updated.status !== 0) throw failure('update', updated);
  const again = await apt(args, directory);
  if (again.status !== 0) throw failure(args[0] ?? '', again);
};

/** Whoever does not answer now will not answer an update. */
const isDone = async (args: readonly string[], directory: string): Promise<boolean> => {
  const first = await apt(args, directory);
  if (first.status === 'killed') throw failure(args[0] ?? '', first);
  return first.status === 0;
};

interface Ended {
  readonly status: number | 'killed';
  readonly output: string;
}

const apt = async (args: readonly string[], cwd: string): Promise<Ended> => {
  let output = '';
  let isLate = false;
  const process = supervise('apt-get', [...QUICK, ...args], { cwd, output: (text) => (output += text) });
  const timer = setTimeout(() => {
    isLate = true;
    void process.kill();
  }, PATIENCE_MS);
  const status = await process.exited;
  clearTimeout(timer);
  return { status: isLate ? 'killed' : status, output };
};

const failure = (command: string, { status, output }: Ended): Error =>
  new Error(
    status === 'killed'
      ? `apt-get ${command} took longer than ${PATIENCE_MS / 1000} s`
      : `apt-get ${command} ended with status ${status}: ${lastLine(output)}`,
  );

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? '';

const unpack = async (archives: string, into: string): Promise<void> => {
  await mkdir(into, { recursive: true });
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb')).toSorted();
  if (files.length === 0) throw new Error('apt-get brought no package');
  for (const file of files) {
    const { status, output } = await runToEnd('dpkg-deb', ['--extract', join(archives, file), into]);
    if (status !== 0) throw new Error(`${file}: dpkg-deb ended with status ${status}: ${lastLine(output)}`);
  }
};

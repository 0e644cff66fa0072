/**
 * Runs a script of this project on a machine that has Node 20 or later and npm, and nothing installed:
 * `node dev/bootstrap.mjs SCRIPT.ts [ARG...]`. Installs the dependencies if they are not those of package-lock.json,
 * then runs the script with the Node that is one of them. Built-in modules only.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { startProgress } from './progress.mjs';
import { supervise } from './supervised.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.installed-from');
const parentPollMilliseconds = 500;
const orphanGraceMilliseconds = 10_000;
const impatienceMilliseconds = 1000;

/**
 * Ends what is running now.
 * @type {((signal: 'SIGINT' | 'SIGTERM') => void) | undefined}
 */
let endRunning;
/** Exit status once somebody asked us to end. */
let interrupted = 0;
let interruptedAt = 0;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string[]} path
 * @param {import('./supervised.mjs').SuperviseOptions['output']} output
 */
const start = (command, args, path, output) =>
  supervise(command, args, { cwd: root, environment: { ...process.env, PATH: path.join(delimiter) }, output });

/** The PATH but for our own programs, which an installation replaces. */
const foreignPath = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== binaries);

/** @param {'SIGINT' | 'SIGTERM'} signal */
const interrupt = (signal) => {
  if (interrupted === 0) {
    interrupted = 128 + constants.signals[signal];
    interruptedAt = performance.now();
    if (endRunning === undefined) process.exit(interrupted);
    endRunning(signal);
  } else if (performance.now() - interruptedAt > impatienceMilliseconds) {
    // One Ctrl-C comes twice, from the terminal and from npm; a later one is a second Ctrl-C. Our end is that of all.
    process.exit(interrupted);
  }
};

/**
 * npm passes signals on, but killed it says no word: then we are somebody else's child.
 * We are npm's own because the scripts in package.json say `exec`: a shell between us would hide both from us.
 */
const endWithParent = () => {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    interrupt('SIGTERM');
    setTimeout(() => process.exit(interrupted), orphanGraceMilliseconds);
  }, parentPollMilliseconds).unref();
};

/** What an installation has to be made from to be used here. */
const wanted = async () => {
  const lock = await readFile(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
};

const isInstalled = async () => (await readFile(stamp, 'utf8').catch(() => '')) === (await wanted());

const install = async () => {
  // Whoever held the lock before us has done it.
  if (await isInstalled()) return;
  const target = await wanted();
  await rm(stamp, { force: true });
  const progress = startProgress('installing dependencies');
  let output = '';
  // Errors only: the npm of an older Node warns of every package that wants a newer one, and a newer one is installed.
  const flags = ['ci', '--include=dev', '--loglevel=error'];
  const npm = start('npm', flags, foreignPath, (text) => (output += text));
  // npm would finish what it is at; what it leaves undone is not used in any case.
  endRunning = () => void npm.kill();
  const status = await npm.exited;
  endRunning = undefined;
  if (interrupted !== 0) process.exit(interrupted);
  progress.end(status === 0 ? 'done' : 'failed');
  if (status !== 0) {
    process.stderr.write(`${output}\nnpm ci ended with status ${status}\n`);
    process.exit(1);
  }
  await writeFile(stamp, target);
};

/** @param {number} pid */
const sayWaiting = (pid) => process.stdout.write(`process ${pid} is installing the dependencies, waiting\n`);

const [script, ...args] = process.argv.slice(2);
if (script === undefined) throw new Error('usage: bootstrap.mjs SCRIPT.ts [ARG...]');
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => interrupt(signal));
endWithParent();
if (!(await isInstalled())) await withLock(join(root, '.cache', 'install.lock'), sayWaiting, install);
const program = start(join(binaries, 'node'), [join(root, script), ...args], [binaries, ...foreignPath], 'inherit');
endRunning = program.terminate;
const status = await program.exited;
process.exit(interrupted === 0 ? status : interrupted);

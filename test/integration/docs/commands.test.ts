/**
 * What the pages tell readers to type prints what they say it prints, but for ages and instants.
 * `DOCS=write` puts into the pages what was printed instead.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ControlPlane } from '../../../dev/control-plane/start.ts';
import { startControlPlane } from '../../../dev/control-plane/start.ts';
import { install } from '../../../dev/install.ts';
import type { RunningOperator } from '../../../dev/operator.ts';
import { startOperator } from '../../../dev/operator.ts';
import type { Exchange } from '../../docs/console.ts';
import { blockOf, exchanges, lasting } from '../../docs/console.ts';
import type { Page } from '../../docs/pages.ts';
import { fences, pages, root } from '../../docs/pages.ts';
import { Issuer } from '../../oidc/issuer.ts';
import { planeOfWorker } from '../connection.ts';

const writes = process.env['DOCS'] === 'write';
const told = pages.filter(({ text }) => fences(text).some(({ language }) => language === 'console'));

let issuer: Issuer;
let scratch: string;
let controlPlane: ControlPlane;
let operator: RunningOperator;

/** A file with what the page about OpenID Connect tells the API server, but for where its issuer is. */
const authentication = async (place: string): Promise<string> => {
  const page = pages.find(({ path }) => path === 'docs/oidc.md')?.text ?? '';
  const shown = parse(fences(page).find(({ file }) => file === 'authentication.yaml')?.text ?? '') as Authentication;
  const jwt = shown.jwt.map((one) => ({
    ...one,
    issuer: { ...one.issuer, url: issuer.url, certificateAuthority: issuer.ca },
  }));
  const path = join(place, 'authentication.yaml');
  await writeFile(path, stringify({ ...shown, jwt }));
  return path;
};

interface Authentication {
  readonly jwt: readonly { readonly issuer: { readonly audiences: readonly string[] } }[];
}

beforeAll(async () => {
  issuer = await Issuer.start();
  scratch = await mkdtemp(join(tmpdir(), 'impersonation-operator-docs-'));
  controlPlane = await startControlPlane({
    binaries: planeOfWorker().binaries,
    apiServerFlags: [`--authentication-config=${await authentication(scratch)}`],
  });
  operator = await startOperator({
    kubeconfigPath: await install(controlPlane),
    dataDirectory: controlPlane.dataDirectory,
    onCrash: (error) => expect.unreachable(error.message),
  });
});

afterAll(async () => {
  await operator.stop('SIGTERM');
  await controlPlane.stop();
  await issuer.stop();
  await rm(scratch, { recursive: true });
});

describe('the commands of', () => {
  test.for(told.map((page) => [page.path, page] as const))('%s print what it says', async ([path, page]) => {
    const [said, printed] = await carriedOut(page);
    if (writes) await writeFile(join(root, path), withBlocks(page.text, printed));
    expect(printed.map(comparable)).toEqual((writes ? printed : said).map(comparable));
  });
});

const comparable = ({ command, output }: Exchange): string => [`$ ${command}`, ...lasting(output)].join('\n');

/** What the page says, and what the same commands print now. */
const carriedOut = async ({ text }: Page): Promise<[Exchange[], Exchange[]]> => {
  const directory = await mkdtemp(join(controlPlane.dataDirectory, 'page-'));
  const shell = new Shell(directory);
  const said: Exchange[] = [];
  const printed: Exchange[] = [];
  for (const fence of fences(text)) {
    if (fence.file !== '') await writeFile(join(directory, fence.file), fence.text);
    if (fence.language !== 'console') continue;
    for (const exchange of exchanges(fence.text)) {
      said.push(exchange);
      printed.push({ command: exchange.command, output: await shell.settled(exchange) });
    }
  }
  return [said, printed];
};

/** The page with other outputs; one that differs in what is not lasting stays. */
const withBlocks = (page: string, printed: readonly Exchange[]): string => {
  const rest = [...printed];
  return page.replaceAll(/(?<=^```console\n)[^]*?(?=^```$)/gmu, (block) =>
    blockOf(
      exchanges(block).map((old) => {
        const now = rest.shift() ?? old;
        return comparable(now) === comparable(old) ? old : now;
      }),
    ),
  );
};

const signedIn = (name: string, group: string): string =>
  issuer.token({ sub: `uid-of-${name}`, aud: 'kubernetes', preferred_username: name, groups: [group] });

/** A shell in a directory of its own, which remembers the variables that were set. */
class Shell {
  readonly #directory: string;
  readonly #environment: Record<string, string | undefined>;

  constructor(directory: string) {
    this.#directory = directory;
    this.#environment = {
      ...process.env,
      PATH: [controlPlane.binaries, process.env['PATH']].join(delimiter),
      KUBECONFIG: controlPlane.kubeconfigPath,
      KUBERC: 'off',
      KUBECACHEDIR: join(directory, 'cache'),
      JANE: signedIn('jane', '/payments'),
      SAM: signedIn('sam', '/support'),
    };
  }

  /** The output; a command that only reads is given again, for a minute at most, until it prints what is said. */
  async settled({ command, output }: Exchange): Promise<string[]> {
    const reads = /^kubectl .*\b(get|describe|auth)\b/u.test(command) && !command.includes('>');
    const deadline = performance.now() + (reads ? (writes ? 2000 : 60_000) : 0);
    // what is to be written down is what lasts for the whole time
    const isDone = (lines: readonly string[]): boolean => !writes && lasting(lines).join() === lasting(output).join();
    let lines = await this.#run(command);
    while (performance.now() < deadline && !isDone(lines)) {
      await delay(300);
      lines = await this.#run(command);
    }
    return lines;
  }

  async #run(command: string): Promise<string[]> {
    const variable = /^(?<name>[A-Z]+)=/u.exec(command)?.groups?.['name'];
    const script = variable === undefined ? command : `${command}\nprintf %s "$${variable}"`;
    const output = await new Promise<string>((resolve) => {
      const options = { cwd: this.#directory, env: this.#environment };
      execFile('sh', ['-c', `exec 2>&1\n${script}`], options, (_, stdout) => resolve(stdout));
    });
    if (variable === undefined) return output === '' ? [] : output.trimEnd().split('\n');
    this.#environment[variable] = output;
    return [];
  }
}

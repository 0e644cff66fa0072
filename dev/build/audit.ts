/** Known vulnerabilities of what is shipped, as the registry tells them. */
import { runToEnd } from '../supervised.mjs';
import type { Package } from './packages.ts';

export interface Advisory {
  /** As `undici 8.12.4`. */
  readonly package: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

/** `unknown` where the registry does not answer; that is no pass. */
export type Audit =
  | { readonly verdict: 'known'; readonly advisories: readonly Advisory[] }
  | { readonly verdict: 'unknown'; readonly why: string };

/** What npm says, as far as it is looked at. An entry of `via` that is a name stands for a dependency with an entry of its own. */
interface Report {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly nodes: readonly string[]; readonly via: readonly (string | Entry)[] }>
  >;
}

type Entry = Pick<Advisory, 'severity' | 'title' | 'url'>;

/** Severities with which nothing is shipped. */
const REFUSED: ReadonlySet<string> = new Set(['high', 'critical']);

export const isRefused = (found: Audit): boolean =>
  found.verdict === 'known' && found.advisories.some(({ severity }) => REFUSED.has(severity));

const COMMAND = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000', '--loglevel=silent'];

/** Asks by npm, with its settings. Packages that are installed and not shipped do not count. */
export const audit = async (
  root: string,
  packages: readonly Package[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Audit> => {
  const { output, status } = await runToEnd('npm', COMMAND, { cwd: root, environment });
  const report = parsed(output);
  if (report?.vulnerabilities === undefined)
    return { verdict: 'unknown', why: report?.message ?? `npm audit ended with status ${status}` };
  const { vulnerabilities } = report;
  const affected = Object.values(vulnerabilities).flatMap(({ nodes, via }) =>
    packages
      .filter(({ directory }) => nodes.includes(directory))
      .flatMap(({ name, version }) =>
        via
          .filter((entry) => typeof entry === 'object')
          .map(({ severity, title, url }): Advisory => ({ package: `${name} ${version}`, severity, title, url })),
      ),
  );
  return { verdict: 'known', advisories: affected };
};

const parsed = (output: string): Report | undefined => {
  try {
    return JSON.parse(output) as Report;
  } catch {
    return undefined;
  }
};

/** Lines for people. */
export const auditText = (found: Audit): string[] =>
  found.verdict === 'unknown'
    ? [`not audited: ${found.why}`]
    : [
        `audited: ${found.advisories.length} known vulnerabilities in what is shipped`,
        ...found.advisories.map(({ package: of, severity, title, url }) => `  ${severity}: ${of}: ${title} (${url})`),
      ];

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contradictions } from './config/contradictions.ts';
import { helpText } from './config/help.ts';
import { flagOf, settings, variableOf, variablePrefix, type Config, type Setting } from './config/settings.ts';

export type { Config } from './config/settings.ts';
export type { Address } from './config/values.ts';

export interface ConfigInput {
  /** Without the interpreter and the script. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Namespace of the Pod that this process runs in, if it does. */
  readonly podNamespace: string | undefined;
}

export type ParsedConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help'; readonly text: string }
  /** Each problem names the flag or variable, its value, and what is allowed. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** One value as the user wrote it, and where. */
interface Given {
  readonly source: string;
  readonly text: string;
}

/** Kubernetes sets these in every Pod for each Service of the namespace, one named `impersonation-…` included. */
const serviceLink = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

const rows: readonly (readonly [string, Setting<unknown>])[] = Object.entries(settings);
const isSwitch = ({ fallback }: Setting<unknown>): boolean => fallback === 'true' || fallback === 'false';

const fromEnvironment = (environment: ConfigInput['environment'], problems: string[]): Map<string, Given> => {
  const given = new Map<string, Given>();
  for (const [source, text] of Object.entries(environment)) {
    if (!source.startsWith(variablePrefix) || text === undefined) continue;
    const row = rows.find(([, setting]) => variableOf(setting) === source);
    if (row !== undefined) given.set(row[0], { source, text });
    else if (!serviceLink.test(source)) problems.push(`${source} is "${text}"; there is no such setting, see --help`);
  }
  return given;
};

const fromArguments = (argv: readonly string[], problems: string[]): Map<string, Given> | 'help' => {
  const options = rows.map(
    ([, setting]) => [setting.name, { type: isSwitch(setting) ? 'boolean' : 'string' }] as const,
  );
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } },
  });
  const given = new Map<string, Given>();
  for (const token of tokens) {
    if (token.kind !== 'option') {
      problems.push(
        token.kind === 'positional'
          ? `unexpected argument "${token.value}"; see --help`
          : 'unexpected argument "--"; see --help',
      );
      continue;
    }
    if (token.name === 'help') return 'help';
    const row = rows.find(([, setting]) => flagOf(setting) === token.rawName);
    if (row === undefined) problems.push(`unknown flag ${token.rawName}; see --help`);
    else if (given.has(row[0])) problems.push(`${token.rawName} is given twice; give it once`);
    else if (token.value === undefined && !isSwitch(row[1]))
      problems.push(`${token.rawName} has no value; allowed: ${row[1].value.allowed}`);
    else given.set(row[0], { source: token.rawName, text: token.value ?? 'true' });
  }
  return given;
};

const parsedSetting = (setting: Setting<unknown>, given: Given | undefined, problems: string[]): unknown => {
  const text = given?.text ?? setting.fallback;
  if (text === undefined) return undefined;
  const parsed = setting.value.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  problems.push(
    `${given?.source ?? flagOf(setting)} is "${text}"${where && `, wrong at ${where}`}; allowed: ${setting.value.allowed}`,
  );
  return undefined;
};

/** Environment and flags → settings; a flag wins over its variable. Pure but for reading a named certificate file. */
export const parseConfig = (input: ConfigInput): ParsedConfig => {
  const problems: string[] = [];
  const flags = fromArguments(input.arguments, problems);
  if (flags === 'help') return { kind: 'help', text: helpText() };
  const variables = fromEnvironment(input.environment, problems);
  const defaults = new Map<string, Given>();
  if (input.podNamespace !== undefined) {
    defaults.set('operatorNamespace', { source: 'the namespace of this Pod', text: input.podNamespace });
  }
  const given = new Map([...defaults, ...variables, ...flags]);
  const values = rows.map(([field, setting]) => [field, parsedSetting(setting, given.get(field), problems)] as const);
  if (problems.length > 0) return { kind: 'refused', problems };

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of `Config` is made from the schemas that parsed these
  const config = Object.fromEntries(values) as unknown as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'config',
    config: { ...config, requireExpiry: config.requireExpiry || config.maxGrantDurationMs !== undefined },
  };
};

/** The namespace of the Pod that this process runs in; undefined outside of a cluster. */
export const readPodNamespace = (): string | undefined => {
  try {
    return readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim();
  } catch {
    return undefined;
  }
};

import { parseConfig, type Config, type ParsedConfig } from '../../src/config.ts';

/** Flags and variables as a user gives them. */
interface Given {
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly podNamespace?: string;
}

export const parse = ({ flags = [], variables = {}, podNamespace }: Given = {}): ParsedConfig =>
  parseConfig({ arguments: flags, environment: { PATH: '/bin', ...variables }, podNamespace });

export const accepted = (given?: Given): Config => {
  const parsed = parse(given);
  if (parsed.kind !== 'config') throw new Error(JSON.stringify(parsed));
  return parsed.config;
};

export const problems = (given: Given): string => {
  const parsed = parse(given);
  return parsed.kind === 'refused' ? parsed.problems.join('\n') : `not refused: ${JSON.stringify(parsed)}`;
};

import { flagOf, settings, variableOf, type Setting } from './settings.ts';

const rows: readonly Setting<unknown>[] = Object.values(settings);

const defaultText = ({ fallback }: Setting<unknown>): string =>
  fallback === undefined ? 'not set' : fallback === '' ? 'empty' : fallback;

export const helpText = (): string =>
  [
    'impersonation-operator: turns ImpersonationGrant and UserBinding objects into impersonation RBAC.',
    '',
    'Each setting is a flag or an environment variable; the flag wins. An unknown or wrong one is refused.',
    ...rows.flatMap((setting) => [
      '',
      `  ${flagOf(setting)}  (${variableOf(setting)}; default: ${defaultText(setting)})`,
      `      ${setting.doc}`,
      `      Allowed: ${setting.value.allowed}.`,
    ]),
    '',
  ].join('\n');

/** Cells of the table in docs/configuration.md: flag, variable, default, meaning, what is allowed. */
export const settingCells = (): readonly (readonly string[])[] =>
  rows.map((setting) => [
    `\`${flagOf(setting)}\``,
    `\`${variableOf(setting)}\``,
    setting.fallback === undefined || setting.fallback === '' ? defaultText(setting) : `\`${setting.fallback}\``,
    setting.doc,
    setting.value.allowed,
  ]);

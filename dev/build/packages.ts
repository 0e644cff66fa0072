/** The packages that a bundle contains, and the terms under which they may be passed on. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Package {
  /** Relative to the checkout, as `node_modules/zod`. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  /** License and notice files, as they are. */
  readonly texts: readonly string[];
}

const directoryOf = (input: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

const isLegalText = (name: string): boolean => /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(name);

const read = async (root: string, directory: string): Promise<Package> => {
  const path = join(root, directory);
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as Record<
    'name' | 'version' | 'license',
    string
  >;
  const files = (await readdir(path)).filter(isLegalText).toSorted();
  const texts = await Promise.all(files.map(async (file) => (await readFile(join(path, file), 'utf8')).trim()));
  if (texts.length === 0) throw new Error(`${name} ${version} (${license}) comes without a license text`);
  return { directory, name, version, license, texts };
};

/** The packages of these files, each once, by name; `inputs` are relative to `root`. Throws for one without a license text. */
export const packagesOf = async (root: string, inputs: readonly string[]): Promise<Package[]> => {
  const directories = new Set(inputs.flatMap((input) => directoryOf(input) ?? []));
  const packages = await Promise.all([...directories].map(async (directory) => read(root, directory)));
  return packages.toSorted((one, other) => (one.name < other.name ? -1 : 1));
};

/** The file that goes with the bundle. */
export const licensesText = (packages: readonly Package[]): string =>
  [
    'impersonation-operator contains these packages:\n',
    ...packages.map(({ name, version, license }) => `- ${name} ${version} (${license})`),
    ...packages.map(({ name, version, texts }) => `\n${'='.repeat(80)}\n${name} ${version}\n\n${texts.join('\n\n')}`),
    '',
  ].join('\n');

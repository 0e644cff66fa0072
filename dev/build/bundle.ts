/** One file that is the whole program: ECMAScript modules, no dependencies but Node's built-in modules. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { packagesOf, type Package } from './packages.ts';
import { reducedClient } from './reduced-client.ts';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  /** Every module that the file imports. */
  readonly imports: readonly string[];
  /** The packages that are in it. */
  readonly packages: readonly Package[];
}

export interface BundleOptions {
  /** Paths, relative to the checkout. */
  readonly entry: string;
  readonly file: string;
}

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Throws where a module is missing. */
export const bundle = async ({ entry, file }: BundleOptions): Promise<Bundle> => {
  const client = await reducedClient(ROOT);
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile: file,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    // Not minified: a stack trace then names a function and a line that somebody can read.
    minify: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    // CommonJS packages ask for Node's modules by `require`.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    plugins: [client.plugin, english, withoutColors],
  });
  const [output] = Object.values(metafile.outputs);
  const [written] = outputFiles;
  if (output === undefined || written === undefined) throw new Error(`${entry} came to nothing`);
  await mkdir(dirname(written.path), { recursive: true });
  await writeFile(written.path, ascii(written.text));
  return {
    file: written.path,
    bytes: output.bytes,
    imports: output.imports.map(({ path }) => path),
    packages: await packagesOf(ROOT, [...Object.keys(output.inputs), ...client.inputs]),
  };
};

/** A single other character, which can only be in a comment, would let V8 keep the whole text in two bytes for each. */
const ascii = (text: string): string =>
  text.replaceAll(/[^\p{ASCII}]/gu, (sign) => String.raw`\u{${sign.codePointAt(0)?.toString(16)}}`);

/** zod names its translations in one object, so that all of them would be in the bundle; nothing of ours selects one. */
const english: Plugin = {
  name: 'english',
  setup: (bundler) => {
    bundler.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** debug colors its lines where this package happens to be installed, which beside a bundle it is not. */
const withoutColors: Plugin = {
  name: 'without-colors',
  setup: (bundler) => {
    const namespace = 'empty';
    bundler.onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace }));
    bundler.onLoad({ filter: /./, namespace }, () => ({ contents: '' }));
  },
};

/** Writes what is generated from src/crds; with --check, only tells what is not up to date. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles } from './generate/files.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Paths whose content is not what the generator gives now. */
const stale = async (files: ReadonlyMap<string, string>): Promise<string[]> => {
  const found: string[] = [];
  for (const [path, text] of files) if ((await contentOf(path)) !== text) found.push(path);
  return found;
};

/** Undefined for a file that is not there. */
const contentOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(resolve(ROOT, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const write = async (files: ReadonlyMap<string, string>): Promise<void> => {
  for (const [path, text] of files) {
    await mkdir(dirname(resolve(ROOT, path)), { recursive: true });
    await writeFile(resolve(ROOT, path), text);
  }
};

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const files = generatedFiles();
const outdated = await stale(files);
if (!values.check) {
  await write(new Map([...files].filter(([path]) => outdated.includes(path))));
  console.log(outdated.length === 0 ? 'generated files are up to date' : `written: ${outdated.join(', ')}`);
} else if (outdated.length > 0) {
  console.error(`not up to date: ${outdated.join(', ')}; run: npm run generate`);
  process.exitCode = 1;
}

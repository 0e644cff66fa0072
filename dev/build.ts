/**
 * `npm run build [-- --no-audit]`: the program as one file, dist/main.js, the licenses of what it contains, and its bill of materials.
 * Ends with status 1 where the registry knows of a vulnerability in what is shipped, of severity high or critical.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { audit, auditText, isRefused } from './build/audit.ts';
import { bundle } from './build/bundle.ts';
import { licensesText } from './build/packages.ts';
import { billOfMaterials } from './build/sbom.ts';

const root = resolve(import.meta.dirname, '..');
const directory = resolve(root, 'dist');
const { values } = parseArgs({ options: { audit: { type: 'boolean', default: true } }, allowNegative: true });
const { version } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as { version: string };

await rm(directory, { recursive: true, force: true });
const { file, bytes, packages } = await bundle({ entry: 'src/main.ts', file: 'dist/main.js' });
const program = await readFile(file);
await writeFile(resolve(directory, 'LICENSES.txt'), licensesText(packages));
await writeFile(
  resolve(directory, 'sbom.cdx.json'),
  billOfMaterials({ version, program, packages, nodeVersion: process.versions.node }),
);
console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB, ${packages.length} packages`);

const found = values.audit
  ? await audit(root, packages)
  : ({ verdict: 'unknown', why: 'asked not to, by --no-audit' } as const);
for (const line of auditText(found)) console.log(line);
if (isRefused(found)) {
  console.error('nothing is shipped with a vulnerability of severity high or critical');
  await rm(directory, { recursive: true });
  process.exitCode = 1;
}

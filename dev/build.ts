/** `npm run build`: the program as one file, dist/main.js, and the licenses of what it contains. */
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundle } from './build/bundle.ts';
import { licensesText } from './build/packages.ts';

const directory = resolve(import.meta.dirname, '..', 'dist');

await rm(directory, { recursive: true, force: true });
const { file, bytes, packages } = await bundle({ entry: 'src/main.ts', file: 'dist/main.js' });
await writeFile(resolve(directory, 'LICENSES.txt'), licensesText(packages));
console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB, ${packages.length} packages`);

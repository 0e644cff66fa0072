import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages, root } from './pages.ts';

const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
const manifest = readFileSync(join(root, 'config', 'install.yaml'), 'utf8');

test('the command of the README names the pushed image in the manifest, and changes nothing else', () => {
  const [command = ''] = /^sed ".*" config\/install\.yaml/mu.exec(readme) ?? [];
  const environment = { ...process.env, REGISTRY: 'registry.test/team' };
  const [, pushed = ''] = /^docker push (?<image>\S+)$/mu.exec(readme) ?? [];
  const options = { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
  const changed = execFileSync('sh', ['-c', command], options).split('\n');
  const before = manifest.split('\n');
  const image = pushed.replace('$REGISTRY', 'registry.test/team');
  expect(changed.filter((line, index) => line !== before[index])).toEqual([`          image: ${image}`]);
});

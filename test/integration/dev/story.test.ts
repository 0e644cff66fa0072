import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Step } from '../../../dev/story/step.ts';
import { eventually, get, kept, kubectl } from '../../../dev/story/step.ts';
import type { Tally } from '../../../dev/story/tell.ts';
import { tell } from '../../../dev/story/tell.ts';
import { planeOfWorker } from '../connection.ts';

interface Told {
  readonly tally: Tally;
  readonly lines: readonly string[];
  readonly directory: string;
}

const told = async (...steps: readonly Step[]): Promise<Told> => {
  const directory = await mkdtemp(join(tmpdir(), 'test-story-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const lines: string[] = [];
  const stage = { connection: planeOfWorker(), directory, say: (line: string) => void lines.push(line) };
  return { tally: await tell([{ title: 'A chapter', steps }], stage), lines, directory };
};

test('an answer with the expected code and text is shown and counted', async () => {
  const { tally, lines } = await told(
    kubectl('The admin.', ['auth', 'whoami'], 0, 'admin'),
    get('Nobody.', 'no-token', [], '/api/v1/nodes', 401),
  );
  expect(tally).toEqual({ expected: 2, unexpected: 0 });
  expect(lines).toContain('   $ kubectl auth whoami');
  expect(lines).toContain('   ✓ expected exit status 0, "admin"');
  expect(lines).toContain('   401 Unauthorized');
  expect(lines).toContain('   ✓ expected 401');
});

test('another code is counted and said', async () => {
  const { tally, lines } = await told(
    kubectl('', ['get', 'namespace', 'default'], 1),
    get('', 'no-token', [], '/api/v1/nodes', 403),
  );
  expect(tally).toEqual({ expected: 0, unexpected: 2 });
  expect(lines).toContain('   ✗ exit status 0, expected exit status 1');
  expect(lines).toContain('   ✗ 401, expected 403');
});

test('the expected code without the expected text is counted', async () => {
  const { tally } = await told(kubectl('', ['get', 'namespace', 'default'], 0, 'no such text'));
  expect(tally).toEqual({ expected: 0, unexpected: 1 });
});

test('what is kept is not shown, and can be used', async () => {
  const { tally, lines, directory } = await told(
    kept('', ['create', 'token', 'default'], 'variable', 'TOKEN'),
    get('', '$TOKEN', [], '/api/v1/nodes', 403, 'system:serviceaccount:default:default'),
    kept('', ['get', 'namespace', 'default', '-o', 'name'], 'file', 'name'),
  );
  expect(tally).toEqual({ expected: 3, unexpected: 0 });
  expect(lines.join('\n')).not.toContain('eyJ');
  expect(await readFile(join(directory, 'name'), 'utf8')).toBe('namespace/default\n');
});

test('a change that is on its way is waited for', async () => {
  const there = eventually(kubectl('', ['get', 'configmap', 'story-test', '-o', 'name'], 0, 'story-test'));
  const [late] = await Promise.all([told(there), told(kubectl('', ['create', 'configmap', 'story-test']))]);
  expect(late.tally).toEqual({ expected: 1, unexpected: 0 });
  const gone = await told(kubectl('', ['delete', 'configmap', 'story-test']));
  expect(gone.tally.expected).toBe(1);
});

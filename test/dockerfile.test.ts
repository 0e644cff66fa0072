import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shippedBy } from '../dev/build/shipped.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const dockerfile = read('Dockerfile');

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Without comments, continued lines joined. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Instruction => {
    const [name = '', ...rest] = line.split(' ');
    return { name, value: rest.join(' ') };
  });
const before = instructions.slice(
  0,
  instructions.findIndex(({ name }) => name === 'FROM'),
);
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
const values = (of: readonly Instruction[], wanted: string): string[] =>
  of.filter(({ name }) => name === wanted).map(({ value }) => value);

/** What the build is sent: the patterns of .dockerignore, of which the last that fits decides. */
const isSent = (path: string): boolean =>
  read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .reduce((sent, line) => {
      const pattern = line.replace('!', '');
      return pattern === '*' || pattern === path ? line.startsWith('!') : sent;
    }, true);

describe('the Dockerfile', () => {
  test('builds with the Node of the tests, and runs on a base of its own; both can be replaced', () => {
    const version = (JSON.parse(read('package.json')) as { devDependencies: { node: string } }).devDependencies.node;
    expect(values(before, 'ARG')).toEqual([
      `NODE_IMAGE=docker.io/library/node:${version}-trixie-slim`,
      'BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot',
    ]);
    expect(values(instructions, 'FROM')).toEqual(['${NODE_IMAGE} AS build', '${BASE_IMAGE}']);
  });

  test('runs as a user that is not root, given as a number', () => {
    expect(values(last, 'USER')).toEqual(['65532:65532']);
  });

  test('takes nothing from the build but the bundle and Node', () => {
    expect(values(last, 'COPY')).toEqual([
      '--from=build /usr/local/bin/node /usr/local/bin/node',
      '--from=build /usr/local/LICENSE /app/LICENSE.node',
      'LICENSE /app/LICENSE',
      '--from=build /build/dist/ /app/',
    ]);
    expect(values(instructions, 'ADD')).toEqual([]);
  });

  test('needs no shell where it runs', () => {
    expect(values(last, 'RUN')).toEqual([]);
    expect(values(last, 'ENTRYPOINT')).toEqual([expect.stringMatching(/^\["\/usr\/local\/bin\/node",/)]);
  });

  test('copies what is there, and is sent it', () => {
    const sources = values(instructions, 'COPY')
      .filter((value) => !value.startsWith('--from'))
      .flatMap((value) => value.split(' ').slice(0, -1));
    expect(sources).toContain('src');
    for (const source of sources) expect([source, existsSync(source), isSent(source)]).toEqual([source, true, true]);
  });

  test('sends no secret, no history and no dependencies to the build', () => {
    for (const path of ['.git', 'node_modules', 'dist', '.cache', '.env', 'kubeconfig'])
      expect([path, isSent(path)]).toEqual([path, false]);
  });

  test('starts Node with options that it takes', () => {
    const { options, environment } = shippedBy(dockerfile);
    expect(options.length).toBeGreaterThan(0);
    const output = execFileSync(process.execPath, [...options, '-e', 'console.log("started")'], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
    expect(output).toBe('started\n');
  });
});

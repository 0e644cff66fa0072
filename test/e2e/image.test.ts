import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../../dev/build/bundle.ts';
import { licensesText } from '../../dev/build/packages.ts';
import { billOfMaterials } from '../../dev/build/sbom.ts';
import { planeOfWorker } from '../integration/connection.ts';
import { CustomResource } from '../integration/custom-resource.ts';
import { untilTrue } from '../integration/waiting.ts';
import { identity } from '../oracle/identity.ts';
import { type Bases, basesFor } from './bases.ts';
import { ContainerInCluster } from './container.ts';
import { buildImage, docker, filesOf, toolsAmong, whyNoEngine, withContainer } from './docker.ts';

/** Packages are downloaded, and two images are imported and one is built. */
const LONG_MS = 900_000;

const root = fileURLToPath(new URL('../../', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const why = await whyNoEngine();
const skipped = why === '' ? '' : ` (not tested: ${why})`;
if (why !== '') say(`the image is not tested: ${why}`);

const tag = Math.random().toString(36).slice(2, 8);
const image = `localhost/impersonation-operator-test:${tag}`;
let directory: string;
let bases: Bases;

beforeAll(async () => {
  if (why !== '') return;
  directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-image-'));
  bases = await basesFor(join(directory, 'bases'), tag);
  const started = performance.now();
  // the audit asks somebody else, who may know more tomorrow
  await buildImage(root, image, ...bases.buildArgs, '--build-arg=BUILD_FLAGS=--no-audit');
  say(`the image is built: ${Math.round((performance.now() - started) / 1000)} s`);
}, LONG_MS);
afterAll(async () => {
  if (why !== '') return;
  await docker('rmi', '--force', image, ...bases.made);
  await rm(directory, { recursive: true, force: true });
}, LONG_MS);

describe.skipIf(why !== '')(`the image${skipped}`, () => {
  test('has neither a shell nor a package manager, and no program but Node', async () => {
    const files = await filesOf(image);
    expect(toolsAmong(files)).toEqual([]);
    expect(files.programs).toEqual(['usr/local/bin/node']);
    await expect(docker('run', '--rm', '--entrypoint=sh', image, '-c', 'true')).rejects.toThrow(/"sh"/);
    // what it was built with has both, and is found out
    const tools = toolsAmong(await filesOf(bases.node)).map((path) => path.split('/').at(-1));
    expect(tools).toEqual(expect.arrayContaining(['sh', 'npm']));
  });

  test('holds what the build makes of this checkout, to the byte, with licenses and bill of materials', async () => {
    const { file, packages } = await bundle({ entry: 'src/main.ts', file: join(directory, 'main.js') });
    const [program, license] = await Promise.all([readFile(file), readFile(join(root, 'LICENSE'), 'utf8')]);
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const app = join(directory, 'app');
    await withContainer(image, async (container) => docker('cp', `${container}:/app`, app));
    const held = async (name: string): Promise<string> => readFile(join(app, name), 'utf8');
    const names = ['LICENSE', 'LICENSE.node', 'LICENSES.txt', 'main.js', 'sbom.cdx.json'];
    expect((await readdir(app)).toSorted()).toEqual(names);
    expect((await held('main.js')) === program.toString()).toBe(true);
    expect(await held('LICENSE')).toBe(license);
    expect(await held('LICENSE.node')).toContain('Node.js is licensed for use as follows');
    expect(await held('LICENSES.txt')).toBe(licensesText(packages));
    const { node: nodeVersion } = process.versions;
    expect(await held('sbom.cdx.json')).toBe(billOfMaterials({ version, program, packages, nodeVersion }));
  });

  test('is small', async () => {
    const size = Number(await docker('image', 'inspect', '--format={{.Size}}', image));
    say(`the image: ${(size / 1e6).toFixed(0)} MB`);
    expect(size).toBeLessThan(250e6);
  });
});

describe.skipIf(why !== '')(`the image as the Deployment starts it${skipped}`, () => {
  const helpdesk = { kind: 'ServiceAccount', namespace: 'default', name: 'helpdesk' } as const;
  let cluster: ContainerInCluster;
  beforeAll(async () => {
    cluster = await ContainerInCluster.start(image, planeOfWorker().binaries, directory);
  }, LONG_MS);
  afterAll(async () => cluster.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => void process.stderr.write(`--- log of the container\n${cluster.log}\n`));
  });

  test('grants and revokes: requests with a real token are allowed and refused', async () => {
    const { admin, prober } = cluster;
    await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: helpdesk });
    const token = await admin.token(helpdesk.namespace, helpdesk.name);
    const ask = async (user: string): Promise<unknown> => prober.probe(token, identity(user));
    expect(await ask('alice')).toBe('denied');
    const grant = new CustomResource(admin, 'ImpersonationGrant', 'helpdesk');
    await grant.apply({ subjects: [helpdesk], impersonate: { users: ['alice'] } });
    await untilTrue('impersonation', async () => typeof (await ask('alice')) === 'object');
    expect(await ask('bob')).toBe('denied');
    await grant.delete();
    await untilTrue('end of impersonation', async () => (await ask('alice')) === 'denied');
  });

  test('is not root, has no capability and can get none', async () => {
    const status = await cluster.processStatus();
    const ids = ['65532', '65532', '65532', '65532'].join('\t');
    expect(Object.fromEntries(status)).toMatchObject({ Uid: ids, Gid: ids, NoNewPrivs: '1', Seccomp: '2' });
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect([set, Number(status.get(set))]).toEqual([set, 0]);
  });

  test('can write no file', async () => {
    const places = ['/', '/app', '/tmp', '/usr/local/bin', '/var/run/secrets/kubernetes.io/serviceaccount'];
    const program = `for (const place of ${JSON.stringify(places)})
      try { require('node:fs').writeFileSync(place + '/file', ''); console.log('written'); }
      catch ({ code }) { console.log(code); }`;
    expect((await cluster.run(program)).split('\n')).toEqual(places.map(() => 'EROFS'));
  });

  test('takes less memory than the Deployment asks for', async () => {
    const kilobytes = Number.parseInt((await cluster.processStatus()).get('VmRSS') ?? '', 10);
    say(`the container: ${((kilobytes * 1024) / 1e6).toFixed(0)} MB of memory`);
    expect(kilobytes).toBeLessThan((await cluster.requested()) * 1024);
  });

  test('ends on SIGTERM with status 0, and lets go of the lease at once', async () => {
    expect(await cluster.leader()).not.toBe('');
    expect(await cluster.terminate()).toBe(0);
    expect(await cluster.leader()).toBe('');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Operator } from '../../../bench/operator.ts';
import { bundle } from '../../../dev/build/bundle.ts';
import { shipped } from '../../../dev/build/shipped.ts';
import { type ControlPlane, startControlPlane } from '../../../dev/control-plane/start.ts';
import { install } from '../../../dev/install.ts';
import { Admin } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { CustomResource } from '../custom-resource.ts';
import { ALICE } from '../people.ts';

let directory: string;
let controlPlane: ControlPlane;
let admin: Admin;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'impersonation-operator-bundle-'));
  controlPlane = await startControlPlane({ binaries: planeOfWorker().binaries });
  admin = new Admin(controlPlane);
});
afterAll(async () => {
  await admin.close();
  await controlPlane.stop();
  await rm(directory, { recursive: true });
});

test('the bundle grants and revokes under its own account, as the image starts it, and writes no file', async () => {
  const { file } = await bundle({ entry: 'src/main.ts', file: join(directory, 'main.js') });
  const { options, environment } = await shipped();
  const operator = await Operator.start({
    file,
    // Node refuses every write to a file, every process and every thread.
    options: [...options, '--permission', '--allow-fs-read=*'],
    environment: { ...process.env, ...environment, KUBECONFIG: await install(controlPlane) },
  });
  const grant = new CustomResource(admin, 'ImpersonationGrant', 'bundled');
  await grant.apply({ subjects: [ALICE], impersonate: { users: ['john'] }, credential: { secretName: 'bundled' } });
  await grant.until('Granted');
  expect(await admin.get('ClusterRole', 'impersonation:grant:bundled')).toMatchObject({
    rules: [{ resources: ['users'], resourceNames: ['john'], verbs: ['impersonate'] }],
  });
  await grant.apply({ subjects: [ALICE], impersonate: { users: ['john'] }, suspend: true }, 'Suspended');
  expect(await admin.get('ClusterRole', 'impersonation:grant:bundled')).toBeUndefined();
  await operator.stop();
});

/** With a policy missing, or not in force, the operator grants nothing new, goes on revoking, and says so. */
import { beforeAll, afterAll, expect } from 'vitest';
import { Admin, type AnyObject } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { type IntegrationTest, integration } from '../harness.ts';
import { ALICE } from '../people.ts';
import { until, untilTrue } from '../waiting.ts';
import type { World } from '../world.ts';
import { installPolicies, policies, removePolicies } from './policies.ts';

const NAME = 'impersonation-grant-users-1';
let shipped: readonly AnyObject[];

beforeAll(async () => {
  const admin = new Admin(planeOfWorker());
  await installPolicies(admin);
  shipped = (await policies()).filter(({ metadata }) => metadata.name === NAME);
  await admin.close();
});

const test: IntegrationTest = integration({ flags: ['--profile=guarded'] });

afterAll(async () => {
  const admin = new Admin(planeOfWorker());
  await removePolicies(admin);
  await admin.close();
});

const restore = async ({ admin }: World): Promise<void> => {
  for (const object of shipped) {
    await admin.delete(object.kind as 'ValidatingAdmissionPolicy', NAME);
    await admin.apply(object);
  }
};

/** What each of these ways leaves is no guard. */
const WAYS = {
  'a policy that is gone': async ({ admin }) => admin.delete('ValidatingAdmissionPolicy', NAME),
  'a binding that is gone': async ({ admin }) => admin.delete('ValidatingAdmissionPolicyBinding', NAME),
  'a binding that only notes': async ({ admin }) =>
    admin.patch('ValidatingAdmissionPolicyBinding', NAME, { spec: { validationActions: ['Audit'] } }),
  'a binding for some requests only': async ({ admin }) =>
    admin.patch('ValidatingAdmissionPolicyBinding', NAME, {
      spec: { matchResources: { objectSelector: { matchLabels: { a: 'b' } } } },
    }),
  'a policy that lets errors through': async ({ admin }) =>
    admin.patch('ValidatingAdmissionPolicy', NAME, { spec: { failurePolicy: 'Ignore' } }),
} satisfies Readonly<Record<string, (world: World) => Promise<unknown>>>;

const answer = async ({ operator }: World, path: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`http://127.0.0.1:${operator.port}${path}`);
  return { status: response.status, text: await response.text() };
};

test.for(Object.entries(WAYS))('%s is told, and lets nothing new be granted', async ([, take], { world }) => {
  const before = await world.grant('before', { subjects: [ALICE], impersonate: { users: ['john'] } });
  await take(world);
  const condition = await before.until('GuardMissing');
  expect(condition.message).toContain(NAME);
  expect(await before.conditions()).toContainEqual(expect.objectContaining({ type: 'Active', status: 'True' }));
  const after = await world.grant('after', { subjects: [ALICE], impersonate: { users: ['jane'] } }, 'GuardMissing');
  expect(await after.conditions()).toContainEqual(expect.objectContaining({ type: 'Active', status: 'False' }));
  expect(await world.admin.get('ClusterRole', `impersonation:grant:${after.name}`)).toBeUndefined();
  await untilTrue('answer of /readyz', async () => (await answer(world, '/readyz')).status === 503);
  expect((await answer(world, '/readyz')).text).toContain(NAME);
  expect((await answer(world, '/metrics')).text).toMatch(/^impersonation_guard_missing 1$/m);
  await restore(world);
  await before.until('Granted');
  await after.until('Granted');
  await untilTrue('answer of /readyz', async () => (await answer(world, '/readyz')).status === 200);
});

test('revocations go on without the guard', async ({ world }) => {
  const [deleted, suspended, narrowed, changed] = await Promise.all(
    ['deleted', 'suspended', 'narrowed', 'changed'].map(async (name) =>
      world.grant(name, { subjects: [ALICE], impersonate: { users: ['john', 'jane'] } }),
    ),
  );
  if (!deleted || !suspended || !narrowed || !changed) throw new Error('four grants were made');
  await WAYS['a binding that is gone'](world);
  await narrowed.until('GuardMissing');
  await deleted.delete();
  await suspended.edit({ suspend: true }, 'Suspended');
  await narrowed.edit({ impersonate: { users: ['jane'] } }, 'GuardMissing');
  await changed.edit({ impersonate: { users: ['jane', 'root'] } }, 'GuardMissing');
  const named = async (name: string): Promise<unknown> =>
    (
      (await world.admin.get('ClusterRole', `impersonation:grant:${name}`))?.['rules'] as
        { resourceNames: string[] }[] | undefined
    )?.[0]?.resourceNames;
  for (const { name } of [narrowed, changed]) {
    await until(
      `end of john for ${name}`,
      async () => JSON.stringify(await named(name)) === '["jane"]' || undefined,
      () => name,
    );
    expect(await named(name)).toEqual(['jane']);
  }
  for (const { name } of [deleted, suspended])
    await untilTrue(`end of ${name}`, async () => (await named(name)) === undefined);
  await restore(world);
  await changed.until('Granted');
  expect(await named(changed.name)).toEqual(['jane', 'root']);
});

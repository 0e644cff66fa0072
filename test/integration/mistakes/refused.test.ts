/** What our API says to each mistake when it is applied. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Admin, pathOf } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { installDefinitions } from '../harness.ts';
import { MISTAKES } from './catalogue/index.ts';

const admin = new Admin(planeOfWorker());
beforeAll(async () => installDefinitions(admin));
afterAll(async () => admin.close());

const subjects = [{ kind: 'Group', name: 'support' }];

/** The answer to a grant; nothing is stored. */
const applied = async (spec: object): Promise<{ code: number; message: string }> => {
  const { status, body } = await admin.send('POST', `${pathOf('ImpersonationGrant')}?dryRun=All`, {
    body: {
      apiVersion: 'impersonation.dev/v1alpha1',
      kind: 'ImpersonationGrant',
      metadata: { name: 'mistake' },
      spec: { subjects, ...spec },
    },
  });
  return { code: status, message: (JSON.parse(body) as { message?: string }).message ?? '' };
};

const refusals = MISTAKES.flatMap(({ title, refused }) =>
  refused.map((one) => [`${title}: ${JSON.stringify(one.spec)}`, one] as const),
);

test.for(refusals)('%s is refused', async ([, { spec, field, says }]) => {
  const { code, message } = await applied(spec);
  expect({ code, message }).toMatchObject({ code: 422 });
  expect(message).toContain(`${field}: `);
  expect(message).toContain(says);
});

const right = MISTAKES.flatMap(({ title, written }) => (written === undefined ? [] : [[title, written] as const]));

test.for(right)('%s: the right grant is taken', async ([, spec]) => {
  expect(await applied(spec)).toEqual({ code: 201, message: '' });
});

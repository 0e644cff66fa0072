/** Tokens are in the Secrets that were asked for, and nowhere else. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { DEFAULT_NAMESPACE, tokenIn } from './credentials.ts';
import { integration } from './harness.ts';
import { metricsOf } from './metrics-of.ts';
import { untilTrue } from './waiting.ts';
import { CHILD_KINDS, type World } from './world.ts';

const test = integration({ flags: ['--log-level=trace'] });

/** Three parts in base64url, and the same in base64 once more, as Secrets hold it. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|ZXlK[\w+/]{80,}/;

/** Everything that the operator says to anybody: its log, its metrics, what it wrote of objects, and the objects other than Secrets. */
const said = async ({ operator, admin }: World): Promise<Record<string, string>> => {
  const kinds = ['ImpersonationGrant', 'UserBinding', 'Event', 'Lease', 'ConfigMap', ...CHILD_KINDS] as const;
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await admin.list(kind);
      // of a Secret everything but its data
      return [kind, JSON.stringify(objects, (key, value: unknown) => (key === 'data' ? undefined : value))] as const;
    }),
  );
  const metrics = await metricsOf(operator.port);
  return { log: operator.wholeLog, metrics, ...Object.fromEntries(lists) };
};

const tellTales = async (world: World): Promise<unknown[]> =>
  Object.entries(await said(world)).flatMap(([where, text]) => {
    const found = TOKEN.exec(text);
    return found === null ? [] : [{ where, found: text.slice(found.index - 100, found.index + 20) }];
  });

const place = (world: World, base: string): { readonly namespace: string; readonly name: string } => ({
  namespace: DEFAULT_NAMESPACE,
  name: world.name(base),
});

test('no token is in a log, a metric, a status, an event, or any object but its Secret', async ({ world }) => {
  const grant = await world.grant('bound', {
    impersonate: { users: ['john'] },
    credential: { secretName: world.name('bound'), kubeconfig: true },
  });
  const binding = await world.binding('long', {
    subject: { kind: 'User', name: 'jane' },
    credential: { secretName: world.name('long'), type: 'LongLived', kubeconfig: true },
  });
  const bound = await tokenIn(world, place(world, 'bound'));
  expect(bound).toMatch(TOKEN);
  const long = await tokenIn(world, place(world, 'long'));
  await world.settled();
  await world.admin.delete('Secret', world.name('bound'), DEFAULT_NAMESPACE);
  await world.admin.delete('Secret', world.name('long'), DEFAULT_NAMESPACE);
  await tokenIn(world, place(world, 'bound'), bound);
  await tokenIn(world, place(world, 'long'), long);
  await grant.edit({ suspend: true }, 'Suspended');
  await binding.edit({ suspend: true }, 'Suspended');
  expect(world.operator.wholeLog).toContain('"reconciled"');
  expect(await tellTales(world)).toEqual([]);
});

/** An admission policy that refuses token Secrets, and puts the token into its refusal. */
const indiscreet = (name: string, reason: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['CREATE', 'UPDATE'] },
            ],
          },
          validations: [
            {
              expression: `!has(object.data) || !('token' in object.data)`,
              messageExpression: `"no such thing: " + string(object.data.token)`,
              reason,
            },
          ],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name },
        spec: { policyName: name, validationActions: ['Deny'] },
      },
    ],
  });

const refusal = async ({ admin }: World, name: string): Promise<string> => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    data: { token: Buffer.from('eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.none-at-all').toString('base64') },
  };
  const path = `/api/v1/namespaces/${DEFAULT_NAMESPACE}/secrets?dryRun=All`;
  return (await admin.send('POST', path, { body: secret })).body;
};

test.for(['Invalid', 'Forbidden'])(
  'no token gets out by the words of who refuses it as %s',
  async (reason, { world }) => {
    const name = world.name('indiscreet');
    const remove = async (): Promise<unknown> =>
      world.kubectl([
        'delete',
        'validatingadmissionpolicy,validatingadmissionpolicybinding',
        name,
        '--ignore-not-found',
      ]);
    onTestFinished(async () => void (await remove()));
    expect(await world.kubectl(['apply', '-f', '-'], { input: indiscreet(name, reason) })).toMatchObject({ code: 0 });
    await untilTrue('refusal', async () => {
      await delay(200);
      return (await refusal(world, name)).includes('no such thing: ');
    });
    const grant = await world.grant(
      'support',
      { impersonate: { users: ['john'] }, credential: { secretName: world.name('support') } },
      'WriteFailed',
    );
    expect(await tellTales(world)).toEqual([]);
    const { message } = await grant.until('WriteFailed');
    // who refused it is said
    expect(message).toContain(name);
    await remove();
    await grant.until('Granted');
  },
);

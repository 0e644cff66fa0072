/** What docs/legacy-and-constrained.md says of the API server beside the catalogue of mistakes. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { accountName, identity } from '../../oracle/identity.ts';
import { Prober } from '../../oracle/probe.ts';
import { Admin, type AnyObject, type Kind, pathOf } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { untilTrue } from '../waiting.ts';
import { HandWrittenRules } from './hand-written.ts';
import * as rules from './mistake.ts';
import { AUTHENTICATION, JANE, clusterWide, constrainedJane, inNamespace, listPods, rule } from './mistake.ts';

const connection = planeOfWorker();
const admin = new Admin(connection);
const prober = new Prober(connection);
const facts = new HandWrittenRules(admin, 'facts');

const RBAC = 'rbac.authorization.k8s.io';
const reviews = (mode: string) => rule([`impersonate-on:${mode}:create`], `${AUTHENTICATION}:selfsubjectreviews`);
const WORKER = identity('system:node:worker-1');

beforeAll(async () => {
  await facts.start();
  await facts.write('account', [
    inNamespace('production', rule(['impersonate:serviceaccount'], `${AUTHENTICATION}:serviceaccounts`, ['app'])),
    clusterWide(reviews('serviceaccount')),
  ]);
  await facts.write('node', [
    clusterWide(
      rule(['impersonate:arbitrary-node'], `${AUTHENTICATION}:nodes`, ['worker-1']),
      reviews('arbitrary-node'),
    ),
  ]);
  await facts.write('legacy-node', [clusterWide(rule(['impersonate'], ':users', ['system:node:worker-1']))]);
  await facts.write('binds', [
    clusterWide(constrainedJane, rule(['impersonate-on:user-info:create'], `${RBAC}:rolebindings`)),
  ]);
  await facts.write('product', [
    clusterWide(rule(['impersonate:user-info'], `${AUTHENTICATION}:users`, ['jane']), listPods),
    clusterWide(
      rule(['impersonate:user-info'], `${AUTHENTICATION}:users`, ['bob']),
      rule(['impersonate-on:user-info:get'], ':secrets'),
    ),
  ]);
  await facts.write('agent', [
    clusterWide(
      rule(['impersonate:associated-node'], `${AUTHENTICATION}:nodes`),
      rule(['impersonate-on:associated-node:list'], ':pods'),
    ),
  ]);
  await facts.write('named-agent', [
    clusterWide(
      rule(['impersonate:associated-node'], `${AUTHENTICATION}:nodes`, ['worker-1']),
      rule(['impersonate-on:associated-node:list'], ':pods'),
    ),
  ]);
  await facts.write('editor', []);
  await facts.known();
});

afterAll(async () => {
  await facts.remove();
  await prober.close();
  await admin.close();
});

const made = async (object: AnyObject): Promise<void> => {
  const { name, namespace } = object.metadata;
  onTestFinished(async () => admin.delete(object.kind as Kind, name, namespace));
  await admin.create(object);
};

const binding = (name: string, role: string, subject: object, namespace?: string): AnyObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects: [subject],
});

test('a service account and a node come with their groups, in Legacy a node comes without', async () => {
  const app = await prober.probe(facts.token('account'), identity(accountName('production', 'app')));
  expect(app).toMatchObject({
    groups: ['system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:production'],
  });
  expect(await prober.probe(facts.token('node'), WORKER)).toMatchObject({
    groups: ['system:authenticated', 'system:nodes'],
  });
  expect(await prober.probe(facts.token('legacy-node'), WORKER)).toMatchObject({ groups: ['system:authenticated'] });
});

test('identities and actions of one subject are not tied to each other', async () => {
  const secret = '/api/v1/namespaces/production/secrets/x';
  expect(await facts.ask('product', rules.get(secret, JANE))).toBe('allowed');
  expect(await facts.ask('product', rules.getPods(identity('bob')))).toBe('allowed');
});

test('a verb that no request has is asked of the identity, not of the caller', async () => {
  const jane = { kind: 'User', apiGroup: RBAC, name: 'jane' };
  const may = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'facts-jane' },
    rules: [rule(['create'], `${RBAC}:rolebindings`), rule(['bind'], `${RBAC}:clusterroles`, ['cluster-admin'])],
  };
  await made(may);
  await made(binding('facts-jane', 'facts-jane', jane));
  const bind = async (role: string): Promise<number> => {
    const body = binding('facts-bound', role, jane, 'production');
    const path = `${pathOf('RoleBinding', 'production')}?dryRun=All`;
    return (await admin.send('POST', path, { body, token: facts.token('binds'), as: JANE })).status;
  };
  await untilTrue('right of jane to bind', async () => (await bind('cluster-admin')) === 201);
  expect(await bind('edit')).toBe(403);
});

test('who may edit a namespace may become every service account in it', async () => {
  const subject = { kind: 'ServiceAccount', namespace: facts.namespace, name: 'editor' };
  await made(binding('facts-editor', 'edit', subject, 'production'));
  const become = async (namespace: string): Promise<string> =>
    facts.ask('editor', rules.become(identity(accountName(namespace, 'whoever'))));
  await untilTrue('right to become an account', async () => (await become('production')) === 'allowed');
  expect(await become('staging')).toBe('denied');
});

test('an associated node is the one of the token, and no rule can name it', async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } };
  const path = '/api/v1/nodes';
  onTestFinished(async () => void (await admin.send('DELETE', `${path}/worker-1`)));
  const { metadata } = JSON.parse((await admin.send('POST', path, { body: node })).body) as {
    metadata: { uid: string };
  };
  const boundToken = async (name: string): Promise<string> => {
    const ref = { kind: 'Node', apiVersion: 'v1', name: 'worker-1', uid: metadata.uid };
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { boundObjectRef: ref, expirationSeconds: 3600 },
    };
    const answer = await admin.send('POST', `${pathOf('ServiceAccount', facts.namespace, name)}/token`, { body });
    return (JSON.parse(answer.body) as { status: { token: string } }).status.token;
  };
  const pods = async (token: string, name: string): Promise<boolean> => {
    const as = identity(`system:node:${name}`);
    const { body } = await admin.send('GET', '/api/v1/namespaces/production/pods', { token, as });
    return !body.includes('cannot impersonate');
  };
  const token = await boundToken('agent');
  expect(await pods(token, 'worker-1')).toBe(true);
  expect(await pods(token, 'worker-2')).toBe(false);
  expect(await pods(facts.token('agent'), 'worker-1')).toBe(false);
  expect(await pods(await boundToken('named-agent'), 'worker-1')).toBe(false);
});

test('the audit log tells a constrained impersonation from a legacy one', async () => {
  const app = accountName('production', 'app');
  await prober.probe(facts.token('account'), identity(app));
  await prober.probe(facts.token('legacy-node'), WORKER);
  const constraintsOf = async (user: string): Promise<(string | undefined)[]> => {
    const events = (await readFile(connection.auditLogPath ?? '', 'utf8')).split('\n').slice(0, -1);
    return events
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter((event) => event.user.username === accountName(facts.namespace, user))
      .filter(({ responseStatus }) => responseStatus?.code === 201)
      .map(({ authenticationMetadata }) => authenticationMetadata?.impersonationConstraint);
  };
  await untilTrue('event', async () => (await constraintsOf('account')).includes('impersonate:serviceaccount'));
  await untilTrue('event', async () => (await constraintsOf('legacy-node')).length > 0);
  expect(new Set(await constraintsOf('legacy-node'))).toEqual(new Set([undefined]));
});

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code: number };
  readonly authenticationMetadata?: { readonly impersonationConstraint?: string };
}

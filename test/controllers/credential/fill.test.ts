import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ApiError } from '../../../src/cluster/errors.ts';
import type { StoredObject, TokenRequestSpec } from '../../../src/cluster/port.ts';
import { boundToken, keptToken, longLivedToken } from '../../../src/controllers/credential/fill.ts';
import { kubeconfig } from '../../../src/controllers/credential/kubeconfig.ts';
import { type CredentialSpec, requestHash } from '../../../src/controllers/credential/spec.ts';
import { DIGEST, REQUEST, base64, digestOf } from '../../../src/controllers/credential/token-data.ts';
import type { FillContext } from '../../../src/reconcile/child.ts';
import { ISSUED, MINUTE, SPEC } from './given.ts';

const ACTING = {
  user: 'jane',
  uid: '06f6',
  groups: ['developers'],
  extra: [{ key: 'acme.io/team', values: ['payments'] }],
};

const secretWith = (data: unknown, annotations: Record<string, string> = {}, type = 'Opaque'): StoredObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'support-bot',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-11-24T08:00:00Z',
    annotations,
  },
  type,
  data,
});

class Server {
  readonly asked: [string, TokenRequestSpec][] = [];
  stored: StoredObject | undefined;

  context(uid: string | undefined = 'uid-of-anchor'): FillContext {
    return {
      now: ISSUED,
      uidOf: () => uid,
      cluster: {
        get: async () => this.stored,
        requestToken: async ({ namespace, name }, spec) => {
          this.asked.push([`${namespace}/${name}`, spec]);
          return { token: 'a.b.c', expirationTimestamp: '' };
        },
      },
    };
  }
}

const asked = async (spec: Partial<CredentialSpec>): Promise<number | undefined> => {
  const server = new Server();
  await boundToken({ ...SPEC, ...spec }, 'anchor')(server.context());
  return server.asked[0]?.[1].expirationSeconds;
};

test('a Bound token is asked for the account, bound to the anchor by name and uid', async () => {
  const server = new Server();
  const { fields, annotations } = await boundToken({ ...SPEC, audiences: ['vault'] }, 'anchor')(server.context());
  expect(server.asked).toEqual([
    [
      `credentials/${SPEC.account.name}`,
      { audiences: ['vault'], expirationSeconds: 3600, boundSecret: { name: 'anchor', uid: 'uid-of-anchor' } },
    ],
  ]);
  const data = { token: base64('a.b.c'), namespace: base64('credentials') };
  expect(fields).toEqual({ data });
  expect(annotations).toEqual({
    [DIGEST]: digestOf(data, false),
    [REQUEST]: requestHash({ ...SPEC, audiences: ['vault'] }),
  });
});

test('no token is asked for while there is no anchor', async () => {
  const server = new Server();
  const context = { ...server.context(), uidOf: () => undefined };
  await expect(boundToken(SPEC, 'anchor')(context)).rejects.toThrow(
    'Secret credentials/anchor is gone before a token was bound to it',
  );
  expect(server.asked).toEqual([]);
});

test.for<[string, Partial<CredentialSpec>, number]>([
  ['as long as asked', { expirationSeconds: 7200 }, 7200],
  ['no longer than the grant lasts', { notAfter: ISSUED + 30 * MINUTE }, 1800],
  ['rounded down to the second', { notAfter: ISSUED + 30 * MINUTE + 999 }, 1800],
  ['never less than the API takes', { notAfter: ISSUED + 5 * MINUTE }, 600],
  ['not at all longer for a grant that lasts longer', { notAfter: ISSUED + 300 * MINUTE }, 3600],
  ['not of the life that the server makes a year of', { expirationSeconds: 3607 }, 3606],
  ['nor by the end of the grant', { expirationSeconds: 7200, notAfter: ISSUED + 3_607_000 }, 3606],
])('a token lives %s', async ([, spec, seconds]) => {
  expect(await asked(spec)).toBe(seconds);
});

const authority = '-----BEGIN CERTIFICATE-----';
const withAuthority: CredentialSpec = { ...SPEC, endpoint: { ...SPEC.endpoint, certificateAuthority: authority } };

test('the authority and a kubeconfig come with it', async () => {
  const { fields } = await boundToken({ ...withAuthority, kubeconfig: ACTING }, 'anchor')(new Server().context());
  const data = fields['data'] as Record<string, string>;
  expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'kubeconfig', 'namespace', 'token']);
  expect(Buffer.from(data['ca.crt'] ?? '', 'base64').toString()).toBe(authority);
  expect(Buffer.from(data['kubeconfig'] ?? '', 'base64').toString()).toBe(
    kubeconfig(withAuthority.endpoint, 'a.b.c', ACTING),
  );
});

test('a kubeconfig acts as the identity, with nothing that is not there', () => {
  expect(parse(kubeconfig(withAuthority.endpoint, 'a.b.c', ACTING))).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'kubernetes',
        cluster: { server: 'https://kubernetes.example:6443', 'certificate-authority-data': base64(authority) },
      },
    ],
    users: [
      {
        name: 'impersonator',
        user: {
          token: 'a.b.c',
          as: 'jane',
          'as-uid': '06f6',
          'as-groups': ['developers'],
          'as-user-extra': { 'acme.io/team': ['payments'] },
        },
      },
    ],
    contexts: [{ name: 'kubernetes', context: { cluster: 'kubernetes', user: 'impersonator' } }],
    'current-context': 'kubernetes',
  });
  const plain = { user: undefined, uid: undefined, groups: [], extra: [] };
  expect(parse(kubeconfig(SPEC.endpoint, 'a.b.c', plain))).toMatchObject({
    clusters: [{ cluster: { server: 'https://kubernetes.example:6443' } }],
    users: [{ user: { token: 'a.b.c' } }],
  });
  expect(kubeconfig(SPEC.endpoint, 'a.b.c', plain)).not.toMatch(/as-|as:|certificate/);
});

test('names that look like other YAML stay names', () => {
  const odd = {
    user: 'yes',
    uid: '0123',
    groups: ['~', '1e3', 'a: b', '# c'],
    extra: [{ key: 'k', values: ['null'] }],
  };
  expect(parse(kubeconfig(SPEC.endpoint, 'a.b.c', odd))).toMatchObject({
    users: [{ user: { as: 'yes', 'as-uid': '0123', 'as-groups': odd.groups, 'as-user-extra': { k: ['null'] } } }],
  });
});

const LONG: CredentialSpec = { ...SPEC, type: 'LongLived' };

test('what kube-controller-manager put in is sealed as it is', async () => {
  const server = new Server();
  const data = { token: base64('a.b.c'), 'ca.crt': base64(authority), namespace: base64('credentials') };
  server.stored = secretWith(data);
  const { fields, annotations } = await longLivedToken({ ...LONG, kubeconfig: ACTING })(server.context());
  expect(fields['data']).toMatchObject(data);
  expect(fields['data']).toHaveProperty('kubeconfig');
  expect(annotations[DIGEST]).toBe(digestOf(fields['data'] as Record<string, string>, true));
  server.stored = secretWith({});
  expect(await longLivedToken(LONG)(server.context())).toEqual({ fields: {}, annotations: {} });
  server.stored = undefined;
  expect(await longLivedToken(LONG)(server.context())).toEqual({ fields: {}, annotations: {} });
});

test('a write that repairs something else keeps the token, if it is the one that we wrote', async () => {
  const server = new Server();
  const data = { token: base64('a.b.c'), namespace: base64('credentials') };
  server.stored = secretWith(data, { [DIGEST]: digestOf(data, false) });
  expect(await keptToken(SPEC)(server.context())).toEqual({
    fields: { data },
    annotations: { [DIGEST]: digestOf(data, false), [REQUEST]: requestHash(SPEC) },
  });
  expect(server.asked).toEqual([]);
  for (const stored of [
    undefined,
    secretWith(data),
    secretWith({ token: 'eHg=' }, { [DIGEST]: digestOf(data, false) }),
  ]) {
    server.stored = stored;
    await expect(keptToken(SPEC)(server.context())).rejects.toThrow(
      'Secret credentials/support-bot was changed while it was being repaired',
    );
  }
});

test('a refusal of the API server is passed on', async () => {
  const error = new ApiError({ reason: 'Forbidden', message: 'no', status: 403, retryAfterSeconds: undefined });
  const context = new Server().context();
  const cluster = { ...context.cluster, requestToken: async () => Promise.reject(error) };
  await expect(boundToken(SPEC, 'anchor')({ ...context, cluster })).rejects.toBe(error);
});

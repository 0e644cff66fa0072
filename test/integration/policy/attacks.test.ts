/** Every attack is refused by the API server, and succeeds where nothing but its guard is taken away. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl } from '../../../dev/control-plane/kubectl.ts';
import { MARKER } from '../../../src/runtime/installation.ts';
import type { Answered, AnyObject } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { untilTrue } from '../waiting.ts';
import { type Attack, OPERATOR, RBAC, RIGHTS, SYSTEM } from './attacks/attack.ts';
import { AUTHOR, authorAttacks } from './attacks/authors.ts';
import { bindingAttacks } from './attacks/bindings.ts';
import { credentialAttacks, elsewhere } from './attacks/credentials.ts';
import { ordinary } from './attacks/ordinary.ts';
import { roleAttacks } from './attacks/roles.ts';
import { Author } from './author.ts';
import { policies } from './policies.ts';
import { guarded } from './table.ts';

const { admin } = guarded();
const attacks = { ...roleAttacks, ...bindingAttacks, ...credentialAttacks, ...authorAttacks };
const config = join(import.meta.dirname, '../../../config');

let operatorToken = '';
let author: Author;

const apply = async (...args: readonly string[]): Promise<void> => {
  const { code, stderr } = await kubectl(planeOfWorker(), ['apply', ...args]);
  if (code !== 0) throw new Error(stderr);
};

/** Whatever gives the account all rights. */
const allRights: AnyObject = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: 'operator-without-limits' },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', name: OPERATOR, namespace: SYSTEM }],
};

beforeAll(async () => {
  await apply('-f', join(config, 'manager/namespaces.yaml'));
  await apply('-k', join(config, 'rbac'));
  // an operator of another test may have left its claim
  await admin().delete('ClusterRole', MARKER);
  operatorToken = await admin().token(SYSTEM, OPERATOR);
  author = await Author.create(admin(), AUTHOR);
});
afterAll(async () => {
  await author.remove();
  await admin().delete('ClusterRoleBinding', allRights.metadata.name);
});

/** Nothing comes of it: the server goes all the way but for storing. */
const attempt = async ({ by, method, path, body, before }: Attack): Promise<Answered> => {
  for (const object of before) await admin().apply(object);
  const [target] = before;
  const stored =
    method === 'PUT' && target !== undefined
      ? await admin().get(target.kind as 'ClusterRole', target.metadata.name, target.metadata.namespace)
      : undefined;
  const { metadata, ...rest } = (body ?? {}) as Partial<AnyObject>;
  const sent = stored === undefined ? body : { ...stored, ...rest, metadata: { ...stored.metadata, ...metadata } };
  const options = {
    ...(sent === undefined ? {} : { body: sent }),
    ...(method !== 'PATCH'
      ? {}
      : { type: path.includes('fieldManager') ? 'application/apply-patch+yaml' : 'application/merge-patch+json' }),
  };
  const dry = `${path}${path.includes('?') ? '&' : '?'}dryRun=All`;
  return by === 'author'
    ? author.send(method, dry, options)
    : admin().send(method, dry, { ...options, token: operatorToken });
};

const cleaned = async ({ before }: Attack): Promise<void> => {
  for (const { kind, metadata } of before) await admin().delete(kind as 'Role', metadata.name, metadata.namespace);
};

/** Attacks on one object must not meet, so they come one after the other. */
const untilAnswered = async (
  attack: Attack,
  isRight: (answer: Answered) => boolean,
  what: string,
): Promise<Answered> => {
  let last: Answered = { status: 0, body: '' };
  try {
    await untilTrue(
      what,
      async () => {
        last = await attempt(attack);
        return isRight(last);
      },
      () => last,
    );
    return last;
  } finally {
    await cleaned(attack);
  }
};

const isRefusal = ({ guard }: Attack, { status, body }: Answered): boolean =>
  status === 403 &&
  (guard === RIGHTS
    ? !body.includes('ValidatingAdmissionPolicy')
    : body.includes(`ValidatingAdmissionPolicy '${guard}'`));

test('there are at least forty', () => {
  expect(Object.keys(attacks).length).toBeGreaterThanOrEqual(40);
});

describe('refused', () => {
  test.for(Object.entries(attacks))('%s', async ([, attack]) => {
    const answer = await untilAnswered(attack, (one) => isRefusal(attack, one), `refusal by ${attack.guard}`);
    expect(answer.status).toBe(403);
  });
});

describe('what the operator has to do passes', () => {
  test.for(Object.entries(ordinary))('%s', async ([, attack]) => {
    expect((await untilAnswered(attack, ({ status }) => status < 300, 'success')).status).toBeLessThan(300);
  });
});

/** A request that is refused for its content was not refused for who sent it. */
const isThrough = ({ status }: Answered): boolean => status < 300 || [400, 404, 409, 422].includes(status);

describe('with more rights of its account the policies still refuse', () => {
  const metadata = { name: 'operator-elsewhere', namespace: 'default' };
  const rules = [
    { apiGroups: [''], resources: ['secrets', 'serviceaccounts', 'serviceaccounts/token'], verbs: ['create'] },
  ];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
  const granted: readonly AnyObject[] = [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects: allRights['subjects'] },
  ];
  beforeAll(async () => {
    for (const object of granted) await admin().apply(object);
  });
  afterAll(async () => {
    for (const { kind } of granted) await admin().delete(kind as 'Role', metadata.name, metadata.namespace);
  });
  test.for(Object.entries(elsewhere))('%s', async ([, attack]) => {
    const answer = await untilAnswered(attack, (one) => isRefusal(attack, one), `refusal by ${attack.guard}`);
    expect(answer.body).toContain('credential namespace');
  });
});

describe('without the policies it succeeds:', () => {
  beforeAll(async () => {
    for (const { kind, metadata } of await policies())
      if (kind === 'ValidatingAdmissionPolicyBinding') await admin().delete(kind, metadata.name);
  });
  test.for(Object.entries(attacks).filter(([, { guard }]) => guard !== RIGHTS))('%s', async ([, attack]) => {
    expect((await untilAnswered(attack, ({ status }) => status < 300, 'success')).status).toBeLessThan(300);
  });
});

describe('with more rights of its account it succeeds:', () => {
  beforeAll(async () => {
    await admin().apply(allRights);
  });
  test.for(Object.entries(attacks).filter(([, { guard }]) => guard === RIGHTS))('%s', async ([, attack]) => {
    const answer = await untilAnswered(attack, isThrough, 'success');
    expect(answer.status).not.toBe(403);
  });
});

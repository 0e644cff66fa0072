/** Rows of a table: who writes what, and what the API server says of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Admin, type Answered, type AnyObject } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { installDefinitions } from '../harness.ts';
import { untilTrue } from '../waiting.ts';
import { Author, type Rights } from './author.ts';
import { installPolicies, removePolicies } from './policies.ts';

type Kind = 'ImpersonationGrant' | 'UserBinding';

export interface Row {
  readonly kind: Kind;
  /** What the author holds. */
  readonly rights: Rights;
  readonly spec: object;
  /** Absent for a creation: what an admin stored before, which the author changes into `spec`. */
  readonly before?: object;
  /** Part of the refusal; absent where the request passes. */
  readonly refused?: string;
  /** What the author changes of the metadata. */
  readonly metadata?: object;
}

const apiVersion = 'impersonation.dev/v1alpha1';

/** The control plane of the project with the policies as shipped, from the first test of a file to the last. */
export const guarded = (): { readonly admin: () => Admin } => {
  let admin: Admin;
  beforeAll(async () => {
    admin = new Admin(planeOfWorker());
    await installDefinitions(admin);
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'impersonation-credentials' } });
    await installPolicies(admin);
    await inForce(admin);
  });
  afterAll(async () => {
    await removePolicies(admin);
    await admin.close();
  });
  return { admin: () => admin };
};

/** The API server takes a moment to compile them; nobody without rights gets through any more. */
const inForce = async (admin: Admin): Promise<void> => {
  const nobody = await Author.create(admin, {});
  const metadata = { name: nobody.name };
  const user = { kind: 'User', name: 'nobody' };
  const attempts: readonly AnyObject[] = [
    { apiVersion, kind: 'ImpersonationGrant', metadata, spec: { subjects: [user], impersonate: { users: ['jane'] } } },
    { apiVersion, kind: 'UserBinding', metadata, spec: { subject: user } },
  ];
  for (const attempt of attempts)
    await untilTrue(`policies for ${attempt.kind}`, async () => (await nobody.tryCreate(attempt)).status === 403);
  await nobody.remove();
};

const isRight = ({ refused }: Row, { status, body }: Answered): boolean =>
  refused === undefined
    ? status < 300
    : status === 403 &&
      body.includes('ValidatingAdmissionPolicy') &&
      body.includes(JSON.stringify(refused).slice(1, -1));

/** One test for each row; the server is asked until it knows the rights and the policies. */
export const table = (rows: Readonly<Record<string, Row>>, admin: () => Admin): void => {
  test.concurrent.for(Object.entries(rows))('%s', async ([, row]) => {
    const author = await Author.create(admin(), row.rights);
    const name = author.name.replace('author', 'written');
    const object = (spec: object): AnyObject => ({ apiVersion, kind: row.kind, metadata: { name }, spec });
    const stored = row.before === undefined ? undefined : await admin().create(object(row.before));
    let last: Answered = { status: 0, body: '' };
    try {
      await untilTrue(
        row.refused === undefined ? 'success' : `refusal with "${row.refused}"`,
        async () => {
          last = await (stored === undefined
            ? author.tryCreate(object(row.spec))
            : author.tryReplace({ ...stored, metadata: { ...stored.metadata, ...row.metadata }, spec: row.spec }));
          return isRight(row, last);
        },
        () => last,
      );
      expect(last.status).toBe(row.refused === undefined ? (stored === undefined ? 201 : 200) : 403);
    } finally {
      if (stored !== undefined) await admin().delete(row.kind, name);
      await author.remove();
    }
  });
};

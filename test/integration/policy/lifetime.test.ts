/** The installer's limits in the API server: nobody is above them, and what only narrows passes. */
import { beforeAll } from 'vitest';
import { lifetimePolicies } from '../../../dev/generate/policy/lifetime.ts';
import { policyObject } from '../../../dev/generate/policy/policy.ts';
import { SHIPPED } from '../../../dev/generate/policy/settings.ts';
import type { AnyObject } from '../admin.ts';
import { untilTrue } from '../waiting.ts';
import { Author } from './author.ts';
import * as may from './rules.ts';
import { type Row, guarded, table } from './table.ts';

const { admin } = guarded();
const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const user = { kind: 'User', name: 'alice' };
const everything = may.everywhere(
  may.override('impersonationgrants'),
  may.override('userbindings'),
  may.users(),
  may.groups(),
);

beforeAll(async () => {
  for (const policy of lifetimePolicies({ ...SHIPPED, requireExpiry: true, maxGrantSeconds: 3600 }))
    await admin().apply(policyObject(policy) as AnyObject);
  const author = await Author.create(admin(), everything);
  for (const [kind, spec] of [
    ['ImpersonationGrant', { subjects: [user], impersonate: { users: ['jane'] } }],
    ['UserBinding', { subject: user }],
  ] as const)
    await untilTrue(
      'limits',
      async () =>
        (
          await author.tryCreate({
            apiVersion: 'impersonation.dev/v1alpha1',
            kind,
            metadata: { name: author.name },
            spec,
          })
        ).status === 403,
    );
  await author.remove();
});

const grant = (lifetime: object, refused?: string): Row => ({
  kind: 'ImpersonationGrant',
  rights: everything,
  spec: { subjects: [user], impersonate: { users: ['jane'] }, ...lifetime },
  ...(refused === undefined ? {} : { refused }),
});
const binding = (lifetime: object, refused?: string): Row => ({
  kind: 'UserBinding',
  rights: everything,
  spec: { subject: user, ...lifetime },
  ...(refused === undefined ? {} : { refused }),
});
const NO_END = 'spec.expiresAt is not set; this installation takes nothing without an end';
const TOO_LONG = 'at the latest, 3600 s after the creation, or after spec.notBefore if that is later';

table(
  {
    'a grant that ends in time': grant({ expiresAt: at(3000) }),
    'a grant without an end': grant({}, NO_END),
    'a grant that lasts too long': grant({ expiresAt: at(4000) }, TOO_LONG),
    'a grant that begins later and ends in time': grant({ notBefore: at(9000), expiresAt: at(12_000) }),
    'a grant that begins later and lasts too long': grant({ notBefore: at(9000), expiresAt: at(13_000) }, TOO_LONG),
    'a grant whose beginning has passed counts from now': grant({ notBefore: at(-9000), expiresAt: at(3000) }),
    'a binding that ends in time': binding({ expiresAt: at(3000) }),
    'a binding without an end': binding({}, NO_END),
    'a binding that lasts too long': binding({ expiresAt: at(4000) }, TOO_LONG),
  },
  admin,
);

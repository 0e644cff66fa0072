import { expect, test } from 'vitest';
import { boundIdentity } from '../../../src/controllers/binding/identity.ts';
import { rbac, binding, planOfBinding } from '../given.ts';

const john = { kind: 'User' as const, name: 'john' };

test('a user is who he is, with nothing that is not said', () => {
  expect(boundIdentity({ subject: john, suspend: false })).toEqual({
    kind: 'User',
    name: 'john',
    groups: [],
    uids: [],
    extra: [],
  });
  expect(boundIdentity({ subject: john, suspend: false, identity: { uid: '06f6' } })).toMatchObject({
    groups: [],
    uids: ['06f6'],
    extra: [],
  });
});

test('an account is the account, and a group is nobody', () => {
  const account = { kind: 'ServiceAccount' as const, namespace: 'ops', name: 'bot' };
  expect(boundIdentity({ subject: account, suspend: false })).toEqual(account);
  expect(boundIdentity({ subject: { kind: 'Group', name: 'developers' }, suspend: false })).toBeUndefined();
});

test('the broker of a plain user may become that user and send nothing along', async () => {
  expect(rbac(await planOfBinding(binding({ credential: {} })))).toHaveProperty(
    ['ClusterRole /impersonation:binding:john:broker'],
    { rules: [{ verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['john'] }] },
  );
});

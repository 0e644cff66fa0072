import { expect, inject, test } from 'vitest';
import { kubectl } from '../../../dev/control-plane/kubectl.ts';

test('the shared control plane answers its admin', async () => {
  const { stdout, code } = await kubectl(inject('controlPlane'), ['auth', 'whoami', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: { userInfo: { username: 'admin' } } });
});

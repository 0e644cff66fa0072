import { expect, test } from 'vitest';
import { event } from '../../src/reconcile/event.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { NOW, custom, granted } from './model/custom.ts';

const KIND = { apiVersion: 'impersonation.dev/v1alpha1', kind: 'ImpersonationGrant' };
const rejected: Outcome = { is: 'rejected', reason: 'PrivilegedTarget', message: 'no' };

test('an event tells outcome, object and who reports', () => {
  const object = custom({ uid: 'a1b2c3d4-0000-4000-8000-000000000000' });
  expect(event(KIND, object, granted('all is well'), NOW, 'pod-1')).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `g.a1b2c3d4${NOW.toString(16)}`, namespace: 'default' },
    eventTime: '2026-11-24T08:00:00.000000Z',
    reportingController: 'impersonation-operator',
    reportingInstance: 'pod-1',
    action: 'Reconciled',
    type: 'Normal',
    reason: 'Granted',
    note: 'all is well',
    regarding: { ...KIND, name: 'g', uid: object.uid, resourceVersion: '7' },
  });
});

test('what is not as it should be is a warning', () => {
  expect(event(KIND, custom(), rejected, NOW, 'pod-1')).toMatchObject({
    type: 'Warning',
    action: 'Reconciling',
    reason: 'PrivilegedTarget',
  });
});

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

test.for(['x'.repeat(253), `${'x'.repeat(199)}.${'y'.repeat(53)}`, `${'x'.repeat(198)}--${'y'.repeat(53)}`])(
  'the event of an object with a long name has a name that fits: %s',
  (name) => {
    const { metadata } = event(KIND, custom({ name }), rejected, NOW, 'pod-1');
    expect(metadata.name).toMatch(SUBDOMAIN);
    expect(metadata.name.length).toBeLessThanOrEqual(253);
  },
);

test.for(['x'.repeat(2000), 'ж'.repeat(700), `${'x'.repeat(1023)}ж`, '😀'.repeat(300), `${'x'.repeat(1022)}😀`])(
  'a note has at most 1024 bytes, and whole characters: case %#',
  (message) => {
    const { note } = event(KIND, custom(), { ...rejected, message }, NOW, 'pod-1');
    const bytes = Buffer.byteLength(String(note));
    expect(bytes).toBeLessThanOrEqual(1024);
    expect(bytes).toBeGreaterThan(1020);
    expect(message.startsWith(String(note))).toBe(true);
  },
);

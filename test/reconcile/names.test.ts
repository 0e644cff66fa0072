import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Owner, dnsName, rbacName, refKey } from '../../src/reconcile/names.ts';

type Named = Pick<Owner, 'slug' | 'name'>;

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,5}[a-z0-9])?$/);
const short = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
/** Names that differ in their last character only, at the lengths where names are cut. */
const long = fc
  .tuple(fc.integer({ min: 215, max: 253 }), fc.constantFrom('a', 'b', '0'))
  .map(([length, last]) => `${'x'.repeat(length - 1)}${last}`);
const dotted = fc
  .tuple(fc.integer({ min: 215, max: 250 }), fc.constantFrom('-.', '.', '-', '--'))
  .map(([length, middle]) => `${'x'.repeat(length - 30)}${middle.replace('-.', '-y.')}${'z'.repeat(28)}a`);
const owner: fc.Arbitrary<Named> = fc.record({
  slug: fc.constantFrom('grant', 'binding'),
  name: fc.oneof(short, long, dotted),
});
const part = fc.oneof(
  fc.constantFrom(
    '',
    'rules',
    'broker',
    'account',
    'anchor-a',
    'anchor-b',
    'role:a',
    'clusterrole:a',
    'clusterrole:a:b',
  ),
  fc.string({ maxLength: 8 }),
);
const one = fc.tuple(owner, part);

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const same = (a: readonly [Named, string], b: readonly [Named, string]): boolean =>
  a[0].slug === b[0].slug && a[0].name === b[0].name && a[1] === b[1];

test('two owners or two parts never share a name', () => {
  fc.assert(
    fc.property(one, one, (first, second) => {
      const equal = same(first, second);
      expect(rbacName(...first) === rbacName(...second)).toBe(equal);
      expect(dnsName(...first) === dnsName(...second)).toBe(equal);
    }),
    { numRuns: 500 },
  );
});

test('every DNS name is a subdomain of at most 253 characters that begins with the words for its kind', () => {
  fc.assert(
    fc.property(one, ([named, suffix]) => {
      const name = dnsName(named, suffix);
      expect(name).toMatch(SUBDOMAIN);
      expect(name.length).toBeLessThanOrEqual(253);
      expect(name.startsWith(`impersonation-${named.slug}-`)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('the owner and the part can be read off an RBAC name', () => {
  fc.assert(
    fc.property(one, ([named, suffix]) => {
      const [word, slug, name, ...rest] = rbacName(named, suffix).split(':');
      expect([word, slug, name, rest.join(':')]).toEqual(['impersonation', named.slug, named.name, suffix]);
    }),
  );
});

test('a name that fits is whole, one that does not is cut and carries a longer hash', () => {
  const fits = 'x'.repeat(253 - 'impersonation-grant-'.length - 9);
  expect(dnsName({ slug: 'grant', name: fits }, 'account')).toMatch(
    new RegExp(`^impersonation-grant-${fits}-[0-9a-f]{8}$`),
  );
  expect(dnsName({ slug: 'grant', name: `${fits}x` }, 'account')).toMatch(/^impersonation-grant-x+-[0-9a-f]{32}$/);
  expect(dnsName({ slug: 'grant', name: `${fits}x` }, 'account')).toHaveLength(253);
});

test('names are what they were in earlier versions, or restarts would leave objects behind', () => {
  expect(rbacName({ slug: 'grant', name: 'g' }, '')).toBe('impersonation:grant:g');
  expect(rbacName({ slug: 'binding', name: 'b' }, 'clusterrole:view')).toBe('impersonation:binding:b:clusterrole:view');
  expect(dnsName({ slug: 'grant', name: 'g' }, 'account')).toBe('impersonation-grant-g-9fd37618');
});

test('one key for one reference', () => {
  const type = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true };
  expect(refKey({ type, namespace: 'n', name: 'x' })).toBe('things.g/n/x');
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { stringify } from 'yaml';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl } from '../../dev/control-plane/kubectl.ts';
import type { KubectlResult } from '../../dev/control-plane/kubectl.ts';
import { KINDS, customResourceDefinition } from '../../dev/generate/crd.ts';
import { checksOf, faults } from '../../src/crds/faults.ts';
import { impersonationGrantSpec } from '../../src/crds/impersonation-grant.ts';
import { API_GROUP, API_VERSION } from '../../src/crds/resource.ts';
import { claimed, parse, received } from '../crds/judge.ts';
import { ROWS } from '../crds/table/index.ts';
import { BINDING, GRANT, numbered } from '../crds/table/row.ts';
import type { Row } from '../crds/table/row.ts';
import { planeOfWorker } from './connection.ts';

const connection = planeOfWorker();
const agent = new Agent({ connect: { ca: connection.ca } });

/** A custom resource, or the Status of a refusal. */
interface Body {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly field: string }[] };
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly spec: unknown;
  readonly status: unknown;
}

interface Answer {
  readonly code: number;
  readonly body: Body;
}

const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer> => {
  const response = await request(`${connection.url}${path}`, {
    method,
    dispatcher: agent,
    headers: { authorization: `Bearer ${connection.adminToken}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { code: response.statusCode, body: (await response.body.json()) as Body };
};

const run = (...args: string[]): Promise<KubectlResult> => kubectl(connection, args);

const collection = (kind: Row['kind']): string =>
  `/apis/${API_GROUP}/${API_VERSION}/${kind === 'ImpersonationGrant' ? 'impersonationgrants' : 'userbindings'}`;

const object = (kind: Row['kind'], name: string, spec: unknown, metadata: object = {}) => ({
  apiVersion: `${API_GROUP}/${API_VERSION}`,
  kind,
  metadata: { name, ...metadata },
  ...received({ spec }),
});

const DRY_RUN = '?dryRun=All';

/** What the API server says of a row; nothing is stored. */
const judged = async (row: Row): Promise<Answer> => {
  if (row.stored === undefined) return send('POST', collection(row.kind) + DRY_RUN, object(row.kind, 'row', row.spec));
  const created = await send('POST', collection(row.kind), object(row.kind, 'row', row.stored));
  const path = `${collection(row.kind)}/row`;
  const { resourceVersion } = created.body.metadata;
  const answer = await send('PUT', path + DRY_RUN, object(row.kind, 'row', row.spec, { resourceVersion }));
  await send('DELETE', path);
  return answer;
};

beforeAll(async () => {
  for (const kind of KINDS) {
    const input = stringify(customResourceDefinition(kind));
    const applied = await kubectl(connection, ['apply', '--server-side', '--force-conflicts', '-f', '-'], { input });
    if (applied.code !== 0)
      throw new Error(`the API server refuses the CRD of ${kind.resource.kind}: ${applied.stderr}`);
    const crd = `crd/${kind.resource.plural}.${API_GROUP}`;
    await run('wait', '--for=condition=Established', '--timeout=60s', crd);
    // established is not yet served: the first answer that is one of the kind says so
    const probe = object(kind.resource.kind, 'probe', kind.resource.kind === 'UserBinding' ? BINDING : GRANT);
    while ((await send('POST', collection(kind.resource.kind) + DRY_RUN, probe)).code !== 201) await sleep(100);
  }
});

afterAll(() => agent.close());

const good = ROWS.filter(({ refused }) => refused === undefined);
const bad = ROWS.filter(({ refused }) => refused !== undefined);

describe('the API server', () => {
  test.for(claimed(good))('%s', async ([, row]) => {
    const { code, body } = await judged(row);
    expect({ code, message: body.message }).toEqual({ code: row.stored === undefined ? 201 : 200, message: undefined });
    expect(body.spec).toEqual(valueOf(row));
  });

  test.for(claimed(bad))('%s', async ([, row]) => {
    const { code, body } = await judged(row);
    expect({ code, message: body.message }).toMatchObject({ code: 422 });
    expect(dotted(body.message)).toContain(`${row.refused?.field}: `);
    expect(body.message).toContain(row.refused?.says ?? '');
  });
});

/** CEL writes the key of a map as `labels[app]`, the schema as `labels.app`. */
const dotted = (message = ''): string => message.replaceAll(/\[(?<key>[a-z]+)\]/gu, '.$<key>');

/** Defaults and dropped fields of the parser are those of the API server. */
const valueOf = (row: Row): unknown => {
  const checked = parse(row.kind, received(row));
  return checked.ok ? checked.value : checked.message;
};

/** Blocks that every Unicode version in use knows, with all that hides, turns and fills. */
const BLOCKS: readonly (readonly [name: string, first: number, last: number])[] = [
  ['Latin', 0x00_01, 0x02_ff],
  ['combining marks, Greek and Cyrillic', 0x03_00, 0x05_2f],
  ['Hangul Jamo', 0x11_00, 0x11_ff],
  ['Khmer and Mongolian', 0x17_80, 0x18_0f],
  ['general punctuation', 0x20_00, 0x20_6f],
  ['braille', 0x28_00, 0x28_ff],
  ['ideographic space and Hangul filler', 0x30_00, 0x31_8f],
  ['private use', 0xe0_00, 0xe0_3f],
  ['half and full width, specials', 0xfe_00, 0xff_ff],
  ['emoji', 0x1_f6_00, 0x1_f6_4f],
  ['tags and variation selectors', 0xe_00_00, 0xe_01_ef],
];

const grantObject = z.object({ spec: impersonationGrantSpec });
const grantChecks = checksOf(grantObject);

test.for(BLOCKS)('in names the parser and the API server know the same code points: %s', async ([, first, last]) => {
  const points = Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
  const known = points.filter((point) => !/\p{Cn}/u.test(point));
  for (let start = 0; start < known.length; start += 256) {
    const names = known.slice(start, start + 256).map((point) => `a${point}b`);
    const extra = Array.from({ length: Math.ceil(names.length / 32) }, (_, key) => ({
      key: `k${key}`,
      values: names.slice(key * 32, key * 32 + 32),
    }));
    const spec = { ...GRANT, impersonate: { users: ['jane'], extra } };
    const grant = object('ImpersonationGrant', 'row', spec);
    const { body } = await send('POST', collection('ImpersonationGrant') + DRY_RUN, grant);
    const there = body.details?.causes?.map(({ field }) => field) ?? [];
    const here = faults(grantChecks, grantObject.parse({ spec })).map(({ path }) => fieldText(path));
    expect(new Set(there)).toEqual(new Set(here));
  }
});

const fieldText = (path: readonly PropertyKey[]): string =>
  path
    .reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), '')
    .slice(1);

const longest = (name: string, length: number, count: number): string[] =>
  numbered(name, count).map((one) => one.padEnd(length, 'x'));

const LARGEST: readonly (readonly [Row['kind'], unknown])[] = [
  [
    'ImpersonationGrant',
    {
      subjects: longest('a', 256, 32).map((name) => ({ kind: 'User', name })),
      impersonate: {
        users: longest('a', 256, 64),
        groups: longest('a', 256, 64),
        uids: longest('a', 256, 64),
        extra: longest('a', 253, 64).map((key) => ({ key, values: longest('a', 256, 32) })),
        serviceAccounts: longest('a', 253, 64).map((name) => ({ namespace: 'x'.repeat(63), name })),
        userBindings: longest('a', 253, 64),
      },
      mode: 'Legacy',
    },
  ],
  [
    'UserBinding',
    {
      subject: { kind: 'User', name: 'x'.repeat(256) },
      identity: { groups: longest('a', 256, 64) },
      roles: Array.from({ length: 32 }, () => ({
        rules: Array.from({ length: 16 }, () => ({
          apiGroups: longest('a', 63, 4),
          resources: longest('a', 63, 8),
          resourceNames: longest('a', 63, 8),
          verbs: longest('a', 63, 8),
        })),
      })),
    },
  ],
];

test.for(LARGEST)('the budget of the API server is enough for the largest %s', async ([kind, spec]) => {
  const { code, body } = await send('POST', collection(kind) + DRY_RUN, object(kind, 'largest', spec));
  expect({ code, message: body.message }).toEqual({ code: 201, message: undefined });
});

describe('a stored object', () => {
  const path = `${collection('UserBinding')}/stored`;

  test('has a status that nobody has written yet', async () => {
    const { body } = await send('POST', collection('UserBinding'), object('UserBinding', 'stored', BINDING));
    expect(body.status).toEqual({ observedGeneration: -1 });
  });

  test('takes the longest status, and shows it in columns', async () => {
    const status = {
      observedGeneration: 1,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Granted',
          message: 'x'.repeat(32_768),
          observedGeneration: 1,
          lastTransitionTime: '2026-11-24T08:00:00Z',
        },
      ],
      mode: 'Legacy',
      subjects: 'User john',
      targets: 'ClusterRole view',
      objects: numbered('x', 512).map((name) => ({ kind: 'ClusterRole', name })),
      credential: { namespace: 'ops', secretName: 'john', expirationTimestamp: '2026-11-24T09:00:00Z' },
    };
    const { body: stored } = await send('GET', path);
    const { code, body } = await send('PUT', `${path}/status`, { ...stored, status });
    expect({ code, status: body.status }).toEqual({ code: 200, status });
    const { stdout } = await run('get', 'ubind', 'stored');
    expect(stdout).toMatch(
      /NAME +READY +REASON +SUBJECTS +TARGETS +EXPIRES +AGE\nstored +True +Granted +User john +ClusterRole view +/u,
    );
  });

  test('is found by its category', async () => {
    expect((await run('get', 'impersonation', '-o', 'name')).stdout).toContain('userbinding.impersonation.dev/stored');
    await send('DELETE', path);
  });
});

test.for(KINDS)('$resource.kind is a structural schema, and explained', async ({ resource }) => {
  const crd = await run('get', `crd/${resource.plural}.${API_GROUP}`, '-o', 'jsonpath={.status.conditions[*].type}');
  expect(crd.stdout.split(' ').toSorted()).toEqual(['Established', 'NamesAccepted']);
  const explained = await run('explain', `${resource.shortName}.spec.credential.overlapSeconds`);
  expect(explained.stdout).toContain('How long the previous Bound token goes on working');
});

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settingCells } from '../src/config/help.ts';
import { flagOf, settings, variableOf } from '../src/config/settings.ts';
import { accepted, parse, problems } from './config/given.ts';
import { cells } from './markdown.ts';

const certificate = new URL('runtime/fixtures/ca.pem', import.meta.url).pathname;

describe('a setting', () => {
  test('has its documented default', () => {
    expect(accepted()).toMatchObject({
      credentialNamespaces: ['impersonation-credentials'],
      operatorNamespace: 'impersonation-system',
      maxGrantDurationMs: undefined,
      requireExpiry: false,
      relistIntervalMs: 600_000,
      leaderElect: true,
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
      listenAddress: { host: '0.0.0.0', port: 8080 },
    });
  });

  test('comes from its variable, and its flag wins', () => {
    const variables = { IMPERSONATION_CONCURRENCY: '3', IMPERSONATION_LOG_LEVEL: 'warn' };
    expect(accepted({ variables })).toMatchObject({ concurrency: 3, logLevel: 'warn' });
    expect(accepted({ variables, flags: ['--concurrency', '5'] })).toMatchObject({ concurrency: 5, logLevel: 'warn' });
    expect(accepted({ variables, flags: ['--concurrency=6'] })).toMatchObject({ concurrency: 6 });
  });

  test('that is a switch needs no value', () => {
    expect(accepted({ flags: ['--require-expiry'] }).requireExpiry).toBe(true);
    expect(accepted({ flags: ['--leader-elect=false'] }).leaderElect).toBe(false);
  });

  test('has a flag and a variable that no other has', () => {
    const rows = Object.values(settings);
    expect(new Set(rows.map(flagOf)).size).toBe(rows.length);
    expect(new Set(rows.map(variableOf)).size).toBe(rows.length);
  });

  test('is never mistaken for a variable that Kubernetes sets', () => {
    for (const setting of Object.values(settings)) {
      expect(problems({ variables: { [variableOf(setting)]: '\u0000' } })).toContain(variableOf(setting));
    }
  });

  test('operator-namespace defaults to the namespace of the Pod', () => {
    expect(accepted({ podNamespace: 'security' }).operatorNamespace).toBe('security');
    expect(accepted({ podNamespace: 'security', flags: ['--operator-namespace=ops'] }).operatorNamespace).toBe('ops');
    expect(problems({ podNamespace: 'Not/One' })).toContain('the namespace of this Pod is "Not/One"');
  });

  test('api-server-ca-file gives the contents of the file', () => {
    const config = accepted({ flags: ['--api-server-ca-file', certificate] });
    expect(config.apiServerCA).toBe(readFileSync(certificate, 'utf8'));
  });

  test('max-grant-duration implies require-expiry', () => {
    expect(accepted({ flags: ['--max-grant-duration=8h'] })).toMatchObject({
      maxGrantDurationMs: 8 * 3_600_000,
      requireExpiry: true,
    });
  });

  test('that is a list keeps its order', () => {
    const config = accepted({ flags: ['--credential-namespaces=b, a', '--privileged-users='] });
    expect(config.credentialNamespaces).toEqual(['b', 'a']);
    expect(config.privilegedUsers).toEqual([]);
  });

  test.each([
    [':9090', '0.0.0.0', 9090],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:8080', '::1', 8080],
    ['localhost:65535', 'localhost', 65_535],
  ])('listen-address takes %s', (text, host, port) => {
    expect(accepted({ flags: ['--listen-address', text] }).listenAddress).toEqual({ host, port });
  });
});

describe('a duration', () => {
  test.each([
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['90s', 90_000],
    ['60.005s', 60_005],
    ['1m.5s', 60_500],
    ['1m500ms', 60_500],
    ['1m1000us', 60_001],
    ['1m1000000ns', 60_001],
  ])('%s is %d ms', (text, ms) => {
    expect(accepted({ flags: ['--max-grant-duration', text] }).maxGrantDurationMs).toBe(ms);
  });

  test.each([
    '',
    '10',
    '10 m',
    'm',
    '-10m',
    '+10m',
    '1d',
    '10M',
    '1m,5s',
    '1m30',
    '0',
    '59s',
    '87601h',
    '1m1us',
    '1h ',
  ])('%j is refused', (text) => {
    expect(problems({ flags: [`--max-grant-duration=${text}`] })).toContain(
      `--max-grant-duration is "${text}"; allowed: a duration such as `,
    );
  });

  test('sums its parts', () => {
    const part = fc.record({ hours: fc.nat(100), minutes: fc.integer({ min: 1, max: 500 }), ms: fc.nat(100_000) });
    fc.assert(
      fc.property(part, ({ hours, minutes, ms }) => {
        const config = accepted({ flags: [`--max-grant-duration=${hours}h${minutes}m${ms}ms`] });
        expect(config.maxGrantDurationMs).toBe(hours * 3_600_000 + minutes * 60_000 + ms);
      }),
    );
  });
});

test('the variables that Kubernetes sets for a Service named impersonation-operator are no settings', () => {
  const variables = {
    IMPERSONATION_OPERATOR_SERVICE_HOST: '10.0.0.7',
    IMPERSONATION_OPERATOR_SERVICE_PORT: '8080',
    IMPERSONATION_OPERATOR_SERVICE_PORT_METRICS: '8080',
    IMPERSONATION_OPERATOR_PORT: 'tcp://10.0.0.7:8080',
    IMPERSONATION_OPERATOR_PORT_8080_TCP: 'tcp://10.0.0.7:8080',
    IMPERSONATION_OPERATOR_PORT_8080_TCP_PROTO: 'tcp',
    IMPERSONATION_OPERATOR_PORT_8080_TCP_PORT: '8080',
    IMPERSONATION_OPERATOR_PORT_8080_TCP_ADDR: '10.0.0.7',
  };
  expect(accepted({ variables })).toEqual(accepted());
});

test.each(['--help', '-h'])('%s names every setting', (flag) => {
  const parsed = parse({ flags: ['--concurrency=0', flag] });
  for (const setting of Object.values(settings)) {
    expect(parsed.kind === 'help' && parsed.text).toContain(`  ${flagOf(setting)}  (${variableOf(setting)};`);
  }
});

test('docs/configuration.md holds one row for each setting, word for word, and no other', () => {
  expect(cells('docs/configuration.md', 'Flag')).toEqual(settingCells());
});

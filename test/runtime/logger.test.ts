import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/errors.ts';
import { createLogger, type LoggerOptions } from '../../src/runtime/logger.ts';

const logged = (write: (logger: ReturnType<typeof createLogger>) => void, options: Partial<LoggerOptions> = {}) => {
  const lines: string[] = [];
  const output = { write: (line: string) => lines.push(line), isTTY: false, ...options.output };
  write(
    createLogger({
      level: 'trace',
      format: 'json',
      ...options,
      output: { ...output, write: (line) => lines.push(line) },
    }),
  );
  return lines;
};

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const jwt = `${base64url('{"alg":"RS256","kid":"a"}')}.${base64url('{"iss":"kubernetes","sub":"system:serviceaccount:a:b"}')}.c2lnbmF0dXJl_-x`;
const [, payload = '', signature = ''] = jwt.split('.');
const opaque = 'kfz4vx.9q2m7c1d8w3e5r6t';
const privateKey = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBmK\nx0w9\n-----END EC PRIVATE KEY-----\n';

const isJson = (options: Partial<LoggerOptions>): boolean =>
  logged((logger) => logger.warn({ grant: 'a' }, 'slow'), options).every((line) => line.startsWith('{'));

describe('a log line', () => {
  test('is one JSON object with time, level, fields and message', () => {
    const [line = ''] = logged((logger) => logger.info({ grant: 'a', seconds: 1.5 }, 'reconciled'));
    expect(line).toMatch(/\}\n$/);
    expect(JSON.parse(line)).toMatchObject({ level: 'info', grant: 'a', seconds: 1.5, msg: 'reconciled' });
  });

  test('of what the API server answered has the answer, of a fault where it is', () => {
    const answer = { reason: 'Forbidden', message: 'GET /x: no', status: 403 } as const;
    const [line = ''] = logged((logger) =>
      logger.warn({ err: new ApiError({ ...answer, retryAfterSeconds: 1 }) }, 'x'),
    );
    expect(JSON.parse(line)).toHaveProperty('err', { type: 'ApiError', ...answer });
    const [fault = ''] = logged((logger) => logger.error({ err: new Error('bug') }, 'x'));
    expect(JSON.parse(fault)).toHaveProperty('err.stack');
  });

  test('below the level is not written', () => {
    expect(logged((logger) => logger.info('hidden'), { level: 'warn' })).toEqual([]);
  });

  test('is text on a terminal and JSON elsewhere, unless the format says which', () => {
    const terminal = { write: () => true, isTTY: true };
    expect(isJson({ format: 'auto' })).toBe(true);
    expect(isJson({ format: 'auto', output: terminal })).toBe(false);
    expect(isJson({ format: 'json', output: terminal })).toBe(true);
    expect(isJson({ format: 'pretty' })).toBe(false);
  });

  test('as text holds message and fields, and is out before the call returns', () => {
    const text = logged((logger) => logger.warn({ grant: 'support-as-jane' }, 'slow'), { format: 'pretty' }).join('');
    expect(text).toMatch(/WARN.*slow\n\s+grant: "support-as-jane"/);
  });
});

/** The value that no line may hold, and ways to hand it to a logger. */
const secrets = [
  ['a token in a message', jwt, (logger) => logger.info(`server said ${jwt}.`)],
  ['a token in a format argument', jwt, (logger) => logger.info('server said %s', jwt)],
  ['a token deep in an object', jwt, (logger) => logger.info({ a: [{ b: { c: { d: [`x=${jwt}`] } } }] }, 'x')],
  ['a token as the name of a field', jwt, (logger) => logger.info({ [jwt]: 1 }, 'x')],
  ['a token in a child logger', jwt, (logger) => logger.child({ request: { at: jwt } }).info('x')],
  ['a token in an error', jwt, (logger) => logger.error(new Error(`no ${jwt}`), 'x')],
  ['a token in the cause of an error', jwt, (logger) => logger.error(new Error('no', { cause: new Error(jwt) }), 'x')],
  [
    'a token in a field of an error',
    jwt,
    (logger) => logger.error(Object.assign(new Error('no'), { body: { jwt } }), 'x'),
  ],
  ['the start of a token', jwt.slice(0, 30), (logger) => logger.info({ start: jwt.slice(0, 30) }, 'x')],
  ['an encoded token', base64(jwt), (logger) => logger.info({ value: base64(jwt) }, 'x')],
  ['an opaque token', opaque, (logger) => logger.info({ status: { token: opaque } }, 'x')],
  ['an Authorization header', opaque, (logger) => logger.info({ headers: { Authorization: opaque } }, 'x')],
  ['a raw header', opaque, (logger) => logger.info({ rawHeaders: ['authorization', `Bearer ${opaque}`] }, 'x')],
  ['the data of a Secret', opaque, (logger) => logger.info({ secret: { data: { any: opaque } } }, 'x')],
  ['the stringData of a Secret', opaque, (logger) => logger.info([{ stringData: { any: opaque } }], 'x')],
  ['a kubeconfig', opaque, (logger) => logger.info({ kubeconfig: `token: ${opaque}` }, 'x')],
  ['a password', opaque, (logger) => logger.info({ user: { password: opaque } }, 'x')],
  ['a private key', 'MHcCAQEEIBmK', (logger) => logger.info({ tls: { key: privateKey } }, 'x')],
  ['a private key as bytes', '45,45,45,45', (logger) => logger.info({ key: Buffer.from(privateKey) }, 'x')],
  ['an encoded private key', base64(privateKey), (logger) => logger.info({ user: { key: base64(privateKey) } }, 'x')],
] as const satisfies (readonly [string, string, (logger: ReturnType<typeof createLogger>) => void])[];

describe.each(['json', 'pretty'] as const)('no %s line holds', (format) => {
  test.each(secrets)('%s', (_name, secret, write) => {
    const text = logged(write, { format }).join('');
    expect(text).toContain('[redacted]');
    for (const part of [secret, payload, signature, privateKey]) expect(text).not.toContain(part);
  });
});

test('a token is found wherever it stands in any object', () => {
  const holder = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(jwt, `a ${jwt} b`, base64(jwt), 'plain', 7),
      tie('list'),
      tie('record'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    record: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(holder.record, fc.string(), (fields, message) => {
      const [line = ''] = logged((logger) => logger.info(fields, `${message}${jwt}`));
      expect(line).not.toContain(payload);
      expect(line).not.toContain(base64(jwt));
      expect(JSON.parse(line)).toHaveProperty('msg');
    }),
  );
});

test('what only resembles a secret stays', () => {
  const fields = {
    secretName: 'support-bot',
    tokenExpiry: 'in 10m',
    key: 'ImpersonationGrant/eyJ',
    note: 'basic auth, bearer tokens',
  };
  const [line = ''] = logged((logger) => logger.info(fields, 'renewed the token of eyJay'));
  expect(JSON.parse(line)).toMatchObject({ ...fields, msg: 'renewed the token of eyJay' });
});

import { describe, expect, test } from 'vitest';
import { clusterRoles, secrets, serviceAccounts } from './objects.ts';
import { statusObject } from './scripted-server.ts';
import { answers, failureOf, ref, role, setup, storedRole, tokenSpec, writes } from './world.ts';

describe('an error', () => {
  test.each([
    [400, 'BadRequest', 'BadRequest'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Forbidden'],
    [404, 'NotFound', 'NotFound'],
    [405, 'MethodNotAllowed', 'BadRequest'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Expired', 'Expired'],
    [410, 'Gone', 'Expired'],
    [413, '', 'BadRequest'],
    [415, '', 'BadRequest'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'TooManyRequests'],
    [500, 'InternalError', 'ServerError'],
    [503, 'ServiceUnavailable', 'ServerError'],
    [504, 'Timeout', 'ServerError'],
  ])('%i %s has reason %s', async (code, reason, expected) => {
    await using world = await setup(answers(code, statusObject(code, reason, 'the words of the server')));
    const error = await failureOf(world.cluster.create(clusterRoles, role));
    expect(error).toMatchObject({ reason: expected, status: code });
    expect(error).toHaveProperty('message', expect.stringMatching(/^POST \/apis\/.*: \d+ the words of the server$/));
  });

  test('without a Status goes by its code', async () => {
    await using world = await setup((_request, response) => void response.writeHead(502).end('<html>'));
    await expect(failureOf(world.cluster.get(ref))).resolves.toMatchObject({ reason: 'ServerError', status: 502 });
  });

  test('knows Retry-After, from the header or from the Status', async () => {
    await using world = await setup(answers(429, statusObject(429, 'TooManyRequests'), { 'retry-after': '7' }));
    await expect(failureOf(world.cluster.get(ref))).resolves.toMatchObject({ retryAfterSeconds: 7 });
    world.server.answer = answers(503, { ...statusObject(503, 'x'), details: { retryAfterSeconds: 3 } });
    await expect(failureOf(world.cluster.get(ref))).resolves.toMatchObject({ retryAfterSeconds: 3 });
  });

  test('for an answer that is no JSON is an error that does not quote it', async () => {
    await using world = await setup((_request, response) => void response.writeHead(200).end('eyJhbGciOi truncated'));
    const error = await failureOf(world.cluster.get(ref));
    expect(error).toMatchObject({ reason: 'ServerError', status: 200 });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('eyJ');
  });

  test('never holds a header that was sent', async () => {
    await using world = await setup((request) => void request.socket.destroy());
    const error = await failureOf(world.cluster.create(clusterRoles, role));
    expect(error).toMatchObject({ reason: 'Unreachable', status: 0 });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
  });
});

describe('an error about a secret', () => {
  test('names the fields, not the words that may quote the values', async () => {
    const body = {
      ...statusObject(422, 'Invalid', 'data[token]: Invalid value: "c2VjcmV0"'),
      details: { causes: [{ field: 'data[token]', message: 'Invalid value: "c2VjcmV0"' }] },
    };
    await using world = await setup(answers(422, body));
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b' }, data: {} };
    const errors = await Promise.all([
      failureOf(world.cluster.create(secrets, object)),
      failureOf(world.cluster.requestToken({ type: serviceAccounts, namespace: 'a', name: 'b' }, tokenSpec)),
    ]);
    for (const error of errors) {
      expect(error).toHaveProperty('message', expect.stringMatching(/: 422 refused for data\[token\]$/));
      expect(JSON.stringify(error)).not.toContain('c2VjcmV0');
    }
  });

  test.each([
    [403, "secrets \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'q' denied request"],
    [422, "secrets \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'q' denied request"],
    [418, 'admission webhook "policy.acme.io" denied the request'],
  ])('of status %i names who denied the request, not what he says of it', async (code, denial) => {
    await using world = await setup(answers(code, statusObject(code, 'Forbidden', `${denial}: c2VjcmV0 is no token`)));
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b' }, data: {} };
    for (const failure of [
      world.cluster.create(secrets, object),
      world.cluster.delete({ type: secrets, namespace: 'b', name: 'a' }, 'uid'),
      world.cluster.requestToken({ type: serviceAccounts, namespace: 'a', name: 'b' }, tokenSpec),
    ])
      expect(await failureOf(failure)).toHaveProperty(
        'message',
        expect.stringMatching(/: \d+ .*denied (the )?request$/),
      );
    // of anything else it is worth reading
    expect(await failureOf(world.cluster.create(clusterRoles, role))).toHaveProperty(
      'message',
      expect.stringContaining('c2VjcmV0'),
    );
  });
});

describe('without an answer', () => {
  test('a refused connection is Unreachable and says so', async () => {
    await using world = await setup(answers(200, storedRole));
    await world.server[Symbol.asyncDispose]();
    const error = await failureOf(world.cluster.get(ref));
    expect(error).toMatchObject({ reason: 'Unreachable', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  test('a server that is silent is Unreachable after the time-out, for each kind of request', async () => {
    await using world = await setup(() => {}, { timeoutMs: 50 });
    for (const [, write] of writes)
      await expect(failureOf(write(world.cluster))).resolves.toMatchObject({ reason: 'Unreachable' });
  });

  test('an answer that stops in the middle is Unreachable after the time-out', async () => {
    await using world = await setup(
      (_request, response) => void response.writeHead(200, { 'content-length': '100' }).write('{'),
      { timeoutMs: 50 },
    );
    await expect(failureOf(world.cluster.get(ref))).resolves.toMatchObject({ reason: 'Unreachable' });
  });

  test('a write that was cut is not repeated', async () => {
    await using world = await setup((request) => void request.socket.destroy());
    await failureOf(world.cluster.create(clusterRoles, role));
    expect(world.server.requests).toHaveLength(1);
  });

  test('a connection that the server closed while it was idle costs no request', async () => {
    await using world = await setup(answers(200, storedRole), { connections: 1 });
    await world.cluster.get(ref);
    world.server.cutConnections();
    await expect.poll(() => world.server.sockets.size).toBe(0);
    await expect(world.cluster.create(clusterRoles, role)).resolves.toEqual(storedRole);
    expect(world.server.connections).toBe(2);
  });
});

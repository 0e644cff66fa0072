import { describe, expect, test } from 'vitest';
import { json, statusObject, type Answer } from './scripted-server.ts';
import { answers, failureOf, ref, setup, storedRole } from './world.ts';

const conflict: Answer = (request, response) =>
  request.method === 'DELETE' ? json(response, 409, statusObject(409, 'Conflict')) : json(response, 200, storedRole);

describe('delete', () => {
  test('keeps its connection, though it has a body', async () => {
    await using world = await setup(answers(200, statusObject(200, '')), { connections: 1 });
    await world.cluster.delete(ref, 'u1');
    await world.cluster.delete(ref, 'u1');
    expect(world.server.connections).toBe(1);
  });

  test('asks for the uid, in the background', async () => {
    await using world = await setup(answers(200, statusObject(200, '')));
    await expect(world.cluster.delete(ref, 'u1')).resolves.toBeUndefined();
    expect(JSON.parse(world.server.requests[0]?.body ?? '')).toMatchObject({
      preconditions: { uid: 'u1' },
      propagationPolicy: 'Background',
    });
  });

  test('answers the object that a finalizer holds, and nothing for one that is only shown once more', async () => {
    const held = { ...storedRole, metadata: { ...storedRole.metadata, finalizers: ['a.b/c'] } };
    await using world = await setup(answers(200, held));
    await expect(world.cluster.delete(ref, 'u1')).resolves.toEqual(held);
    world.server.answer = answers(200, storedRole);
    await expect(world.cluster.delete(ref, 'u1')).resolves.toBeUndefined();
  });

  test('an object that is gone, or another one of that name, counts as gone', async () => {
    await using world = await setup(answers(404, statusObject(404, 'NotFound')));
    await expect(world.cluster.delete(ref, 'u1')).resolves.toBeUndefined();
    world.server.answer = conflict;
    await expect(world.cluster.delete(ref, 'another')).resolves.toBeUndefined();
  });

  test('a conflict about the object itself is an error: it is still there', async () => {
    await using world = await setup(conflict);
    const { uid } = storedRole.metadata;
    await expect(failureOf(world.cluster.delete(ref, uid))).resolves.toMatchObject({ reason: 'Conflict' });
  });

  test('to find out which, no more than metadata is read', async () => {
    await using world = await setup(conflict);
    await world.cluster.delete(ref, 'another');
    expect(world.server.requests.at(-1)?.headers.accept).toContain('as=PartialObjectMetadata;');
  });

  test('a 404 that the API server did not write says nothing of the object', async () => {
    await using world = await setup((_request, response) => void response.writeHead(404).end('no such route'));
    await expect(failureOf(world.cluster.delete(ref, 'u1'))).resolves.toMatchObject({ reason: 'NotFound' });
  });
});

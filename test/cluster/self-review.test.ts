import { expect, test } from 'vitest';
import { SelfReviewer } from '../../src/cluster/self-review.ts';
import { json, type Answer } from './scripted-server.ts';
import { failureOf, setup } from './world.ts';

const as = {
  user: 'Jürgen',
  groups: ['a', 'b, c'],
  uid: '06f6',
  extra: [{ key: 'acme.io/team', values: ['x', 'y'] }],
};

const userInfo = { username: 'john', uid: '06f6', groups: ['a'], extra: { 'acme.io/team': ['x'] } };

const world = async (answer: Answer) => {
  const made = await setup(answer);
  const reviewer = new SelfReviewer(made.http.client.transport);
  const dispose = async (): Promise<void> => {
    await reviewer.close();
    await made[Symbol.asyncDispose]();
  };
  return { ...made, reviewer, [Symbol.asyncDispose]: dispose };
};

test('the request is made with the token, and with one header for each name', async () => {
  let raw: string[] = [];
  await using made = await world((_, response) => {
    raw = response.req.rawHeaders;
    json(response, 201, { status: { userInfo } });
  });
  expect(await made.reviewer.review('the-token', as)).toEqual(userInfo);
  const sent = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : []));
  expect(sent).toEqual(
    expect.arrayContaining([
      'authorization: Bearer the-token',
      `Impersonate-User: ${Buffer.from('Jürgen').toString('latin1')}`,
      'Impersonate-Group: a',
      'Impersonate-Group: b, c',
      'Impersonate-Uid: 06f6',
      'Impersonate-Extra-acme.io%2Fteam: x',
      'Impersonate-Extra-acme.io%2Fteam: y',
    ]),
  );
});

test.for([
  [403, 'Forbidden'],
  [401, 'Unauthorized'],
  [500, 'ServerError'],
] as const)('%i is %s, and the token is in no error', async ([status, reason]) => {
  await using made = await world((_, response) => json(response, status, { kind: 'Status', message: 'no' }));
  const error = await failureOf(made.reviewer.review('the-token', as));
  expect(error).toMatchObject({ reason });
  expect(String(error)).not.toContain('the-token');
});

test('an answer that says nothing is an error', async () => {
  await using made = await world((_, response) => json(response, 201, { status: {} }));
  await expect(made.reviewer.review('the-token', as)).rejects.toThrow('selfsubjectreviews');
});

/** For each mistake the operator writes rules that allow what is meant, and nothing that is not. */
import { expect } from 'vitest';
import { untilTrue } from '../waiting.ts';
import { integration } from '../harness.ts';
import type { World } from '../world.ts';
import { MISTAKES } from './catalogue/index.ts';
import { verdict } from './hand-written.ts';
import type { Ask, Mistake } from './mistake.ts';

const test = integration({ settings: { privilegedNodes: ['worker-1'] } });

interface Caller {
  readonly mistake: Mistake;
  readonly token: string;
}

const written = (dialect: Mistake['dialect']): readonly Mistake[] =>
  MISTAKES.filter((mistake) => mistake.dialect === dialect && mistake.written !== undefined);

const granted = async (world: World, mistake: Mistake, index: number): Promise<Caller> => {
  const namespace = 'staging';
  const name = world.name(`caller-${index}`);
  await world.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
  await world.grant(`mistake-${index}`, {
    ...mistake.written,
    subjects: [{ kind: 'ServiceAccount', namespace, name }],
  });
  return { mistake, token: await world.admin.token(namespace, name) };
};

const allows = async (world: World, token: string, { as, method, path }: Ask): Promise<boolean> => {
  const body = method === 'POST' ? { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } : undefined;
  const answer = await world.admin.send(method, path, { token, as, ...(body === undefined ? {} : { body }) });
  return verdict(answer, as) === 'allowed';
};

/** Whoever is not the caller of a mistake is the caller of another. */
const strangers = (world: World): Promise<string> => world.admin.token('staging', 'default');

const proves = async (world: World, { mistake, token }: Caller): Promise<void> => {
  for (const ask of mistake.meant)
    await untilTrue(`${mistake.title}: ${JSON.stringify(ask)}`, async () => allows(world, token, ask));
  for (const ask of mistake.unmeant) {
    const asking = ask.by === 'caller' ? token : await strangers(world);
    expect.soft(await allows(world, asking, ask), `${mistake.title}: ${JSON.stringify(ask)}`).toBe(false);
  }
};

test.for(['legacy', 'constrained'] as const)('what the operator writes is right, %s', async (dialect, { world }) => {
  const mistakes = written(dialect);
  expect(mistakes.length).toBeGreaterThan(10);
  const callers: Caller[] = [];
  for (const [index, mistake] of mistakes.entries()) callers.push(await granted(world, mistake, index));
  for (const caller of callers) await proves(world, caller);
});

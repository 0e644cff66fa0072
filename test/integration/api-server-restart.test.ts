/** The API server goes away and comes back while people work: the operator stays, and misses nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/start.ts';
import { featureGates, planeOfWorker } from './connection.ts';
import { untilAllGranted } from './crowd.ts';
import type { CustomResource } from './custom-resource.ts';
import { integration } from './harness.ts';
import { ALICE, BOB, SUPPORT, TOKEN_USERS } from './people.ts';
import { untilTrue } from './waiting.ts';
import type { World } from './world.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({
    binaries: planeOfWorker().binaries,
    users: TOKEN_USERS,
    featureGates: featureGates(inject('gate')),
  });
});

afterAll(async () => {
  await plane.stop();
});

const test = integration({
  connection: () => plane,
  flags: ['--leader-elect=true', '--lease-duration=4s', '--renew-deadline=3s', '--retry-period=500ms'],
});

type Grant = CustomResource<'ImpersonationGrant'>;

/** A person who does not give up. */
const persistently = async <T>(act: () => Promise<T>): Promise<T> => {
  const refusals: unknown[] = [];
  let done: T | undefined;
  await untilTrue(
    'success',
    async () => {
      try {
        done = await act();
        return true;
      } catch (error) {
        refusals.push(error);
        await delay(100);
        return false;
      }
    },
    () => String(refusals.at(-1)),
  );
  return done as T;
};

/** Somebody who makes grants and changes them, until told to stop. */
class Author {
  readonly made: Grant[] = [];
  readonly #world: World;
  readonly #name: string;
  readonly #work: Promise<void>;
  #stopped = false;

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const number = this.made.length;
      const base = `${this.#name}${number}`;
      const credential = number === 3 ? { credential: { secretName: this.#world.name(base) } } : {};
      const spec = {
        subjects: [ALICE],
        impersonate: { users: [`person-${base}`], groups: ['developers'] },
        ...credential,
      };
      this.made.push(await persistently(async () => this.#world.grant(base, spec, null)));
      const before = this.made.at(-2);
      if (before !== undefined) await persistently(async () => before.edit({ subjects: [SUPPORT] }, null));
      const old = this.made.at(-5);
      if (old !== undefined) await persistently(async () => old.delete());
      await delay(100);
    }
  }
}

test.for(['SIGTERM', 'SIGKILL'] as const)(
  'an API server that got %s while it was busy is followed again, and nothing that changed is missed',
  async (signal, { world }) => {
    const kept = { subjects: [BOB], impersonate: { users: ['john'], groups: ['operators'] } };
    const [suspended, narrowed, deleted, last] = [
      await world.grant('suspended', { ...kept, credential: { secretName: world.name('suspended') } }),
      await world.grant('narrowed', { ...kept, impersonate: { users: ['john', 'jane'] } }),
      await world.grant('deleted', { subjects: [ALICE], impersonate: { users: ['jane@example.com'] } }),
      await world.grant('last', kept),
    ];
    await world.settled();
    const authors = ['a', 'b', 'c'].map((name) => new Author(world, name));
    const made = (): number => authors.reduce((sum, author) => sum + author.made.length, 0);
    await untilTrue('load', async () => made() >= 9);

    await plane.stopApiServer(signal);
    await plane.startApiServer();
    await persistently(async () => suspended.edit({ suspend: true }, null));
    await persistently(async () => narrowed.edit({ impersonate: { users: ['jane'] } }, null));
    await persistently(async () => deleted.delete());
    const before = made();
    await untilTrue('load', async () => made() >= before + 9);
    await Promise.all(authors.map(async (author) => author.stop()));

    expect(world.operator.running).toBe(true);
    await suspended.until('Suspended');
    await narrowed.until('Granted');
    await persistently(async () => suspended.delete());
    await untilAllGranted(world);
    await world.settled();
    // the caches follow: an edit and a removal of a child, each undone or carried out
    await last.edit({ impersonate: { users: ['jane'] } });
    await world.admin.delete('ClusterRoleBinding', `impersonation:grant:${last.name}`);
    await world.settled();
    expect(world.operator.takeLog()).not.toContain('the operator ended');
  },
);

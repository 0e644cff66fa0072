/** Looks at the credential of a custom resource as its consumer does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KubectlResult } from '../../dev/control-plane/kubectl.ts';
import { ITSELF, identity } from '../oracle/identity.ts';
import type { Answer } from '../oracle/probe.ts';
import type { Stored } from './admin.ts';
import type { CustomResource } from './custom-resource.ts';
import { until, untilTrue } from './waiting.ts';
import type { World } from './world.ts';

export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

export const DEFAULT_NAMESPACE = 'impersonation-credentials';

const decoded = (secret: Stored | undefined, key: string): string =>
  Buffer.from((secret?.['data'] as Record<string, string> | undefined)?.[key] ?? '', 'base64').toString();

/** The token in a Secret, once there is one that is none of `not`. */
export const tokenIn = async (world: World, { namespace, name }: SecretPlace, ...not: string[]): Promise<string> =>
  until(`token in Secret ${namespace}/${name}`, async () => {
    const token = decoded(await world.admin.get('Secret', name, namespace), 'token');
    return token === '' || not.includes(token) ? undefined : token;
  });

/** What no server takes for a token. */
const NO_TOKEN = 'no-token';

/** The token of a grant; where the server has it hold nothing there is no Secret either, and the answer is no token. */
export const tokenOfGrant = async (world: World, place: SecretPlace, ...not: string[]): Promise<string> => {
  if (world.holds) return tokenIn(world, place, ...not);
  expect(await world.admin.get('Secret', place.name, place.namespace)).toBeUndefined();
  return NO_TOKEN;
};

/** What the server takes the holder of a token for, without impersonation. */
export const holder = async (world: World, token: string): Promise<Answer> => world.prober.probe(token, ITSELF);

/** Waits until neither a request nor a TokenReview goes through: the server remembers a token for 10 s. */
export const untilDead = async (world: World, token: string): Promise<void> => {
  await untilTrue('end of a token', async () => (await holder(world, token)) === 'unauthenticated');
  await untilTrue('end of a token for TokenReview', async () => !(await world.admin.accepts(token)));
};

/** Whether a token lets its holder become this user. */
export const becomes = async (world: World, token: string, user: string): Promise<boolean> =>
  typeof (await world.prober.probe(token, identity(user))) === 'object';

/** The data of the Secret, decoded. */
export const dataOf = async (world: World, { namespace, name }: SecretPlace): Promise<Record<string, string>> => {
  const secret = await world.admin.get('Secret', name, namespace);
  return Object.fromEntries(Object.keys(secret?.['data'] ?? {}).map((key) => [key, decoded(secret, key)]));
};

/** The service account that was made for a custom resource, the anchors, and the Secret with the token. */
export const parts = async (
  world: World,
  resource: CustomResource,
): Promise<{ account: Stored | undefined; anchors: Stored[]; tokens: Stored[] }> => {
  const uid = (await resource.read())?.metadata.uid ?? '';
  const mine = (await world.children()).filter(
    ({ metadata }) => metadata.labels?.['impersonation.dev/owner-uid'] === uid,
  );
  const secrets = mine.filter(({ kind }) => kind === 'Secret');
  return {
    account: mine.find(({ kind }) => kind === 'ServiceAccount'),
    anchors: secrets.filter((secret) => secret['type'] === 'impersonation.dev/anchor'),
    tokens: secrets.filter((secret) => secret['type'] !== 'impersonation.dev/anchor'),
  };
};

/** Runs kubectl with a kubeconfig as it is in the Secret, and nothing else. */
export const kubectlWith = async (
  world: World,
  kubeconfig: string,
  ...args: readonly string[]
): Promise<KubectlResult> => {
  const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  try {
    const file = join(directory, 'config');
    await writeFile(file, kubeconfig);
    return await world.kubectl(['--kubeconfig', file, ...args], { kubeconfig: file });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What `kubectl auth whoami` says. */
export const whoAmI = async (world: World, kubeconfig: string): Promise<UserInfo> => {
  const { stdout, stderr, code } = await kubectlWith(world, kubeconfig, 'auth', 'whoami', '-o', 'json');
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { status: { userInfo: UserInfo } }).status.userInfo;
};

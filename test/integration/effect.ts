/** What the condition `Effective` says, what others write beside a grant, and what really comes of it. */
import type { PolicyRule } from '../../src/rbac/index.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { type Action, WHO_AM_I } from '../oracle/action.ts';
import type { Identity } from '../oracle/identity.ts';
import type { SubjectSpec } from '../oracle/objects.ts';
import type { Kind, Stored } from './admin.ts';
import type { Condition, CustomResource } from './custom-resource.ts';
import { PEOPLE } from './people.ts';
import { until, untilTrue } from './waiting.ts';
import type { World } from './world.ts';

const RBAC = 'rbac.authorization.k8s.io';

export const impersonate = (resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: ['impersonate'],
  apiGroups: [''],
  resources: [resource],
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
});

/** Waits for what the condition says, and for a part of its message; answers that. */
export const untilEffect = async (
  object: Pick<CustomResource, 'kind' | 'name' | 'conditions'>,
  status: Condition['status'],
  reason: string,
  part = '',
): Promise<string> => {
  let last: Condition | undefined;
  const { message } = await until(
    `Effective ${status}/${reason} ${part} of ${object.kind} "${object.name}"`,
    async () => {
      last = (await object.conditions()).find(({ type }) => type === 'Effective');
      return last?.status === status && last.reason === reason && last.message.includes(part) ? last : undefined;
    },
    () => last,
  );
  return message;
};

/** Somebody else's objects, with names of the test. */
export class Foreign {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async role(base: string, rules: readonly PolicyRule[], more: object = {}): Promise<string> {
    const name = this.#world.name(base);
    await this.#world.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, ...more }, rules });
    return name;
  }

  /** Binds a ClusterRole, everywhere or in a namespace. */
  async bind(base: string, role: string, subject: SubjectSpec, namespace?: string): Promise<string> {
    const name = this.#world.name(base);
    await this.#world.create({
      apiVersion: `${RBAC}/v1`,
      kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: [subject.kind === 'ServiceAccount' ? subject : { apiGroup: RBAC, ...subject }],
    });
    return name;
  }

  async rules(name: string, rules: readonly PolicyRule[]): Promise<Stored> {
    return this.#world.admin.patch('ClusterRole', name, { rules });
  }

  async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    await this.#world.admin.delete(kind, name, namespace);
  }
}

export const tokenOf = ({ name }: SubjectSpec): string => {
  const [token] = PEOPLE.find(({ user }) => user === name)?.tokens ?? [];
  if (token === undefined) throw new Error(`nobody signs in as ${name}`);
  return token;
};

const may = async (world: World, token: string, identity: Identity, action: Action): Promise<boolean> => {
  const answer = await world.prober.attempt(token, { identity, action });
  if (answer === 'unauthenticated') throw new Error('the token is not taken');
  return answer !== 'denied';
};

/** Waits until the server lets a request through, or does so no more. */
export const untilMay = async (
  world: World,
  wanted: boolean,
  token: string,
  identity: Identity,
  action = WHO_AM_I,
): Promise<void> =>
  untilTrue(`${wanted ? 'permission' : 'refusal'} of ${JSON.stringify(identity)}, ${action.name}`, async () => {
    const found = await may(world, token, identity, action);
    // the server remembers what it let through while it is asked again and again
    if (found !== wanted && !wanted) await delay(2000);
    return found === wanted;
  });

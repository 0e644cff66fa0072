/** Puts worlds into the store. */
import { AccessIndex, accessObject } from '../../../src/rbac/index.ts';
import type { Client } from './client.ts';
import type { NewObject } from './new-object.ts';
import type { Lab } from './lab.ts';
import { inParallel } from './parallel.ts';
import { aggregated, seen } from './settling.ts';
import { type AccessKind, KINDS, LABEL, create, list, remove } from './store.ts';

const WRITERS = 12;

/** Everything that is stored, the roles that Kubernetes brings along included. */
export const everything = async (admin: Client): Promise<AccessIndex> => {
  const index = new AccessIndex();
  for (const kind of Object.keys(KINDS) as AccessKind[])
    for (const item of await list(admin, kind)) {
      const object = accessObject({ ...item, kind });
      if (object !== undefined) index.put(object);
    }
  return index;
};

/**
 * Removes what was loaded before, but for Roles, which give nothing to anybody without a binding; and loads these.
 *
 * @returns all roles and bindings, as they are stored.
 */
export const load = async (
  lab: Lab,
  namespaces: readonly string[],
  objects: readonly NewObject[],
): Promise<AccessIndex> => {
  const { admin } = lab.on;
  await remove(admin, 'ClusterRoleBinding');
  const places = new Set(
    (await list(admin, 'RoleBinding', `?labelSelector=${LABEL}`)).map(({ metadata }) => metadata.namespace),
  );
  await inParallel(WRITERS, [...places], async (namespace) => remove(admin, 'RoleBinding', namespace));
  await remove(admin, 'ClusterRole');
  await inParallel(WRITERS, objects, async (object) => create(admin, object));
  await aggregated(admin, objects);
  await seen(lab, namespaces[0] ?? '');
  return everything(admin);
};

export const createNamespaces = async (lab: Lab, names: readonly string[]): Promise<void> => {
  await inParallel(WRITERS, names, async (name) => {
    await lab.on.admin.do({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    });
  });
};

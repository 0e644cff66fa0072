import type { LiveBinding, LiveGrant, LiveSecret, Settings, Snapshot } from './objects.ts';

/** What the oracle reads by; an admin of the cluster has it. */
export interface Reader {
  list(
    kind: 'ImpersonationGrant' | 'UserBinding' | 'Namespace' | 'Secret',
    namespace?: string,
  ): Promise<readonly unknown[]>;
}

/** Everything that the oracle looks at. `now` in milliseconds since the epoch. */
export const snapshot = async (
  reader: Reader,
  settings: Settings,
  { now, gate }: { readonly now: () => number; readonly gate: () => boolean },
): Promise<Snapshot> => {
  const [grants, bindings, namespaces, ...secrets] = await Promise.all([
    reader.list('ImpersonationGrant') as Promise<LiveGrant[]>,
    reader.list('UserBinding') as Promise<LiveBinding[]>,
    reader.list('Namespace') as Promise<LiveSecret[]>,
    ...settings.credentialNamespaces.map((namespace) => reader.list('Secret', namespace) as Promise<LiveSecret[]>),
  ]);
  return {
    now: now(),
    gate: gate(),
    grants: grants.map(({ metadata, spec }) => ({ kind: 'ImpersonationGrant', metadata, spec })),
    bindings: bindings.map(({ metadata, spec }) => ({ kind: 'UserBinding', metadata, spec })),
    namespaces: new Set(namespaces.map(({ metadata }) => metadata.name)),
    secrets: new Map(
      secrets.flat().map((secret) => [`${secret.metadata.namespace ?? ''}/${secret.metadata.name}`, secret]),
    ),
  };
};

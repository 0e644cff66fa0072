import { API_GROUP, API_VERSION, type RoleEntry, USER_BINDING, type UserBindingSpec } from '../../crds/index.ts';
import type { Child } from '../../reconcile/child.ts';
import type { Controller } from '../../reconcile/controller.ts';
import type { Wait } from '../../reconcile/outcome.ts';
import { credential } from '../credential/desired.ts';
import { credentialSpec } from '../credential/spec.ts';
import { judge } from '../effective/judge.ts';
import type { Installation } from '../installation.ts';
import { BINDING_SLUG, rbacSubjects } from '../kinds.ts';
import { planOf } from '../plan.ts';
import { short, subjectText } from '../summary.ts';
import { instant } from '../validity.ts';
import { identityProbe } from '../verification/probes.ts';
import { verification } from '../verification/request.ts';
import { type ValidBinding, desired } from './desired.ts';
import { boundIdentity } from './identity.ts';
import { type BindingResolved, type BindingSources, resolve } from './resolve.ts';
import { check } from './validate.ts';

const roleText = ({ roleRef, namespaces }: RoleEntry): string =>
  `${roleRef === undefined ? 'rules' : `${roleRef.kind} ${roleRef.name}`}${namespaces === undefined ? '' : ` in ${short(namespaces)}`}`;

const inPresent = (roles: readonly RoleEntry[], missing: readonly string[]): RoleEntry[] =>
  roles.flatMap((entry) => {
    if (entry.namespaces === undefined) return [entry];
    const namespaces = entry.namespaces.filter((name) => !missing.includes(name));
    return namespaces.length === 0 ? [] : [{ ...entry, namespaces }];
  });

const valid = (
  name: string,
  spec: UserBindingSpec,
  resolved: BindingResolved,
  { endpoint }: Installation,
): ValidBinding[] => {
  const identity = boundIdentity(spec);
  const actingAs =
    identity?.kind === 'User'
      ? { user: identity.name, uid: identity.uids[0], groups: identity.groups, extra: identity.extra }
      : { user: undefined, uid: undefined, groups: [], extra: [] };
  return rbacSubjects([spec.subject]).map((subject) => ({
    name,
    subject,
    identity,
    roles: inPresent(spec.roles ?? [], resolved.missing),
    credential:
      spec.credential &&
      resolved.credential &&
      credentialSpec(resolved.credential.place, spec.credential, {
        actingAs,
        notAfter: instant(spec.expiresAt),
        endpoint,
        freeAt: resolved.credential.observed.freeAt,
      }),
  }));
};

const waits = ({ missing, credential: found }: BindingResolved): Wait[] => [
  ...missing.map((namespace): Wait => ({
    reason: 'NamespaceNotFound',
    message: `namespace "${namespace}" does not exist; its roles are not granted, the rest is`,
  })),
  ...(found !== undefined && !found.place.account.own && found.observed.account === undefined
    ? [
        {
          reason: 'ServiceAccountNotFound' as const,
          message: `ServiceAccount "${found.place.namespace}/${found.place.account.name}" does not exist, so there is no token for it; it is never created for a UserBinding`,
        },
      ]
    : []),
];

/** UserBinding: an external identity and what it may do. */
export const bindingController = (sources: BindingSources): Controller<UserBindingSpec> => ({
  kind: USER_BINDING.kind,
  apiVersion: `${API_GROUP}/${API_VERSION}`,
  slug: BINDING_SLUG,
  plan: async (object, world) => {
    const verdict = check(object, sources.installation, world.now);
    if (!object.spec.ok)
      return planOf(verdict, NOTHING, (none) => ({
        children: [],
        credential: undefined,
        granted: none.reason ?? '',
        waits: [],
        verify: () => ({ is: 'none' }),
      }));
    const spec = object.spec.value;
    const resolved = await resolve(object, spec, sources, world);
    const hasBroker = spec.credential !== undefined && spec.subject.kind === 'User';
    const facts = {
      mode: hasBroker ? ('Legacy' as const) : undefined,
      subjects: subjectText(spec.subject),
      targets: short((spec.roles ?? []).map(roleText)),
      expiresAt: instant(spec.expiresAt),
      dependencies: resolved.dependencies,
      place: resolved.credential?.place,
      judge: hasBroker
        ? (children: readonly Child[]) =>
            judge({ kind: USER_BINDING.kind, name: object.name }, children, sources.holdings)
        : undefined,
    };
    return planOf(verdict, facts, () => {
      const [found] = valid(object.name, spec, resolved, sources.installation);
      return {
        children: found ? desired(found) : [],
        credential:
          found?.credential &&
          resolved.credential &&
          credential(found.credential, object.uid, resolved.credential.observed, world.now),
        granted: facts.targets === '' ? `${facts.subjects} is known` : `${facts.subjects} has ${facts.targets}`,
        waits: waits(resolved),
        verify: () =>
          verification(
            sources.verifier,
            {
              kind: USER_BINDING.kind,
              custom: object,
              credential: hasBroker ? resolved.credential?.observed : undefined,
              probes: found?.identity?.kind === 'User' ? [identityProbe(found.identity)] : [],
            },
            world.cluster,
          ),
      };
    });
  },
});

const NOTHING = {
  mode: undefined,
  subjects: '',
  targets: '',
  expiresAt: undefined,
  dependencies: [],
  place: undefined,
  judge: undefined,
};

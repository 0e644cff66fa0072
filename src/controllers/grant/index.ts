import {
  API_GROUP,
  API_VERSION,
  IMPERSONATION_GRANT,
  type ImpersonationGrantSpec,
  resolvedMode,
} from '../../crds/index.ts';
import type { Controller } from '../../reconcile/controller.ts';
import type { Child } from '../../reconcile/child.ts';
import { credential } from '../credential/desired.ts';
import { judge as judged } from '../effective/judge.ts';
import { GRANT_SLUG } from '../kinds.ts';
import { planOf } from '../plan.ts';
import { short, subjectText } from '../summary.ts';
import { instant } from '../validity.ts';
import { probesOf } from '../verification/probes.ts';
import { verification } from '../verification/request.ts';
import { rejected } from '../verdict.ts';
import { type GrantSources, resolve } from './resolve.ts';
import { validate } from './validate.ts';

const targetTexts = ({
  users = [],
  groups = [],
  serviceAccounts = [],
  nodes = [],
  userBindings = [],
}: ImpersonationGrantSpec['impersonate']): string[] => [
  ...users.map((name) => `User ${name}`),
  ...userBindings.map((name) => `UserBinding ${name}`),
  ...serviceAccounts.map(({ namespace, name }) => `ServiceAccount ${namespace}/${name}`),
  ...nodes.map((name) => `Node ${name}`),
  ...groups.map((name) => `Group ${name}`),
];

const holders = ({ subjects = [], credential: own }: ImpersonationGrantSpec): string[] => [
  ...subjects.map(subjectText),
  ...(own === undefined ? [] : [`Secret ${own.secretName}`]),
];

/** ImpersonationGrant: who may become whom, until when. */
export const grantController = (sources: GrantSources): Controller<ImpersonationGrantSpec> => ({
  kind: IMPERSONATION_GRANT.kind,
  apiVersion: `${API_GROUP}/${API_VERSION}`,
  slug: GRANT_SLUG,
  plan: async (object, world) => {
    const judge = (children: readonly Child[]) =>
      judged({ kind: IMPERSONATION_GRANT.kind, name: object.name }, children, sources.holdings);
    if (!object.spec.ok)
      return planOf(rejected('Invalid', object.spec.message), { ...NOTHING, judge }, (none: never) => none);
    const spec = object.spec.value;
    const resolved = await resolve(object, spec, sources, world);
    const { verdict, children } = sources.remembered.held(
      object.name,
      validate(object, spec, resolved, sources.installation, world.now),
      world,
    );
    const facts = {
      mode: resolvedMode(spec),
      subjects: short(holders(spec)),
      targets: short(targetTexts(spec.impersonate)),
      expiresAt: instant(spec.expiresAt),
      dependencies: resolved.dependencies,
      place: resolved.credential?.place,
      judge,
    };
    return planOf(verdict, facts, (valid) => ({
      children,
      credential:
        valid.credential &&
        resolved.credential &&
        credential(valid.credential, object.uid, resolved.credential.observed, world.now),
      granted: `${facts.subjects} may impersonate ${facts.targets}`,
      waits: verdict.is === 'active' ? verdict.waits : [],
      verify: () =>
        verification(
          sources.verifier,
          {
            kind: IMPERSONATION_GRANT.kind,
            custom: object,
            credential: resolved.credential?.observed,
            probes: probesOf(valid.targets),
          },
          world.cluster,
        ),
    }));
  },
});

const NOTHING = {
  mode: undefined,
  subjects: '',
  targets: '',
  expiresAt: undefined,
  dependencies: [],
  place: undefined,
};

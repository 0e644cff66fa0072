import { API_GROUP, type CustomResource, IMPERSONATION_GRANT } from '../../../src/crds/resource.ts';
import { bindingNarrows, grantNarrows } from './narrow.ts';
import type { MatchCondition } from './policy.ts';

/** `authorizer.…` up to the name: one permission, but for the verb. */
export interface Permission {
  readonly group: string;
  readonly resource: string;
  /** A CEL expression; absent where there is none. */
  readonly subresource?: string;
  /** A CEL expression; absent for a cluster-scoped check. */
  readonly namespace?: string;
  /** A CEL expression; absent asks for all names. */
  readonly name?: string;
}

/** Whether the author has it; `verb` is a CEL expression. */
export const holds = ({ group, resource, subresource, namespace, name }: Permission, verb: string): string =>
  [
    `authorizer.group('${group}').resource('${resource}')`,
    ...(subresource === undefined ? [] : [`.subresource(${subresource})`]),
    ...(namespace === undefined ? [] : [`.namespace(${namespace})`]),
    ...(name === undefined ? [] : [`.name(${name})`]),
    `.check(${verb}).allowed()`,
  ].join('');

/** For trusted automation: whoever has it may write whatever the schema allows. */
export const OVERRIDE_VERB = 'grant';

/** Only what may give somebody more than before is looked at: any creation, and updates that do not narrow. */
export const widens = ({ kind }: CustomResource): MatchCondition => ({
  name: 'widens',
  expression: `request.operation == 'CREATE' || !(${kind === IMPERSONATION_GRANT.kind ? grantNarrows : bindingNarrows})`,
});

const notOverridden = ({ plural }: CustomResource): MatchCondition => ({
  name: 'without-the-verb-grant',
  expression: `!${holds({ group: API_GROUP, resource: plural, name: 'object.metadata.name' }, `'${OVERRIDE_VERB}'`)}`,
});

/** Whoever may become anybody with any group is above every rule already, as system:masters. */
const notEverybody: MatchCondition = {
  name: 'not-everybody-already',
  expression: `!(${holds({ group: '', resource: 'users' }, "'impersonate'")} && ${holds({ group: '', resource: 'groups' }, "'impersonate'")})`,
};

/** Of every policy that asks for a permission. */
export const authorConditions = (resource: CustomResource): readonly MatchCondition[] => [
  widens(resource),
  notOverridden(resource),
  notEverybody,
];

/** Rules, identities and questions of impersonation, short enough for tables. */
import {
  type AccessObject,
  type Attributes,
  type ImpersonationDecision,
  type PolicyRule,
  type ServerState,
  type UserInfo,
  attributesText,
  impersonate,
  resourceAttributes,
} from '../../src/rbac/index.ts';
import { ALICE, asUser, everywhere, indexOf, user } from './access.ts';

export const ON: ServerState = { constrained: true };
export const OFF: ServerState = { constrained: false };
export const GET_POD = resourceAttributes({ verb: 'get', resource: 'pods', namespace: 'a', name: 'p' });
export const METRICS: Attributes = { kind: 'URL', verb: 'get', path: '/metrics' };

export const legacy = (resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: ['impersonate'],
  apiGroups: [/^u.+s/.test(resource) && resource !== 'users' ? 'authentication.k8s.io' : ''],
  resources: [resource],
  resourceNames,
});
export const become = (mode: string, resource: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: [`impersonate:${mode}`],
  apiGroups: ['authentication.k8s.io'],
  resources: [resource],
  resourceNames,
});
export const on = (mode: string): PolicyRule => ({
  verbs: [`impersonate-on:${mode}:get`],
  apiGroups: [''],
  resources: ['pods'],
});
export const pods: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };

export const mayAlice = (...rules: PolicyRule[]): AccessObject[] => everywhere('caller', asUser('alice'), ...rules);
export const may = (name: string): AccessObject[] => everywhere('target', asUser(name), pods);
export const JANE = user('jane');
export const jane = (rest: Partial<UserInfo>): UserInfo => user('jane', rest);

export const ask = (
  objects: AccessObject[],
  wanted: UserInfo,
  {
    server = ON,
    action = GET_POD,
    caller = ALICE,
  }: { server?: ServerState; action?: Attributes; caller?: UserInfo } = {},
): ImpersonationDecision => impersonate(indexOf(may(wanted.name), objects), caller, wanted, action, server);

/** The mode of what is allowed, else the checks that failed, one for each mode that was tried. */
export const text = (decision: ImpersonationDecision): string =>
  decision.kind === 'ImpersonationRefused'
    ? decision.refused.map(({ check }) => attributesText(check)).join('; ')
    : `${decision.kind} ${decision.mode}`;

/** The check of the action that fails in a mode for want of a rule. */
export const notOn = (mode: string): string => `impersonate-on:${mode}:get pods "p" in namespace "a"`;

export const U = 'user-info';
export const extra = (key: string, ...values: string[]): UserInfo['extra'] => [{ key, values }];

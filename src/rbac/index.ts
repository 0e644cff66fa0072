export {
  accessObject,
  type AccessObject,
  type BindingObject,
  type BindingSubject,
  type RoleObject,
  type WireAccessObject,
} from './access-object.ts';
export { AccessIndex } from './access-index.ts';
export {
  type Attributes,
  attributesText,
  type ExtraValues,
  resourceAttributes,
  type ResourceAttributes,
  type UrlAttributes,
  type UserInfo,
} from './attributes.ts';
export { type Allowance, allowances, type Authorization, authorize, PRIVILEGED_GROUP } from './authorize.ts';
export { extraKeyOfHeader } from './extra-key.ts';
export { impersonate, type ImpersonationDecision, type Passed, type Refused, type ServerState } from './impersonate.ts';
export { CLIENT_ACTIONS, EVERY_ACTION, actionRules } from './actions.ts';
export {
  nodeRules,
  serviceAccountRules,
  userRules,
  type Dialect,
  type Identities,
  type Mode,
} from './impersonation.ts';
export { ruleAllows } from './match.ts';
export { IMPERSONATION_MODES, type ImpersonationMode } from './mode.ts';
export { uncovered } from './covers.ts';
export { commonRules } from './narrow.ts';
export { type Part, type Pattern } from './pattern.ts';
export { conferring, reachSize } from './conferring.ts';
export { type Conferred, type Reach, REACH_MODES, reachOf } from './reach.ts';
export { AUTHENTICATION, type PolicyRule, sorted, sortedRules } from './rule.ts';
export { type Requested, requestedBy } from './requested.ts';
export {
  accountGroups,
  type AccountName,
  accountOfUser,
  accountUserName,
  nodeOfUser,
  nodeUserName,
} from './user-name.ts';
export { type Widening, widening } from './widening.ts';

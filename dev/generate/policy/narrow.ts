/** Expressions that hold for an update after which nobody may do more than before. */

/** Both lists may be absent; `within` says when `item` is in `olds`. */
const subset = (field: string, within: (item: string, olds: string) => string): string => {
  const [now, old] = [`object.spec.${field}`, `oldObject.spec.${field}`];
  return `(!has(${now}) || (has(${old}) && (${now} == ${old} || ${now}.all(item, ${within('item', old)}))))`;
};

const contained = (field: string): string => subset(field, (item, olds) => `${item} in ${olds}`);

/** The apiGroup says nothing, so it may come and go. */
const sameSubject = (one: string, other: string): string =>
  `${one}.kind == ${other}.kind && ${one}.name == ${other}.name &&` +
  ` (has(${one}.namespace) ? has(${other}.namespace) && ${one}.namespace == ${other}.namespace : !has(${other}.namespace))`;

const extra = (field: string): string =>
  subset(
    field,
    (item, olds) =>
      `${olds}.exists(old, old.key == ${item}.key && (old.values == ${item}.values || ${item}.values.all(value, value in old.values)))`,
  );

/** Every field that is not named stays as it was, those that later versions know included. */
const restStays = (holder: string, known: readonly string[]): string => {
  const [now, old] = [`object.${holder}`, `oldObject.${holder}`];
  const list = known.map((field) => `'${field}'`).join(', ');
  return `${now}.all(key, key in [${list}] || (key in ${old} && ${now}[key] == ${old}[key])) && ${old}.all(key, key in [${list}] || key in ${now})`;
};

/** To resume is to grant; an end may come sooner, a beginning later. */
const lifetime: readonly string[] = [
  '(object.spec.suspend || !oldObject.spec.suspend)',
  '(!has(oldObject.spec.expiresAt) || (has(object.spec.expiresAt) && timestamp(object.spec.expiresAt) <= timestamp(oldObject.spec.expiresAt)))',
  '(!has(oldObject.spec.notBefore) || (has(object.spec.notBefore) && timestamp(object.spec.notBefore) >= timestamp(oldObject.spec.notBefore)))',
];

const credential =
  '(!has(object.spec.credential) || (has(oldObject.spec.credential) && object.spec.credential == oldObject.spec.credential))';

const LIFETIME = ['suspend', 'expiresAt', 'notBefore', 'reason', 'credential'];
const TARGETS = ['users', 'groups', 'uids', 'extra', 'serviceAccounts', 'nodes', 'userBindings'];
const IDENTITY = ['groups', 'uid', 'extra'];

/** Without nodes and actions the mode Auto is another one, which grants more. */
const sameNature =
  "(object.spec.mode != 'Auto' || has(object.spec.actions) || has(object.spec.impersonate.nodes) == has(oldObject.spec.impersonate.nodes))";

const joined = (conditions: readonly string[]): string => conditions.join(' && ');

/** An ImpersonationGrant that lets nobody do more than the one that was. */
export const grantNarrows = joined([
  ...lifetime,
  subset('subjects', (item, olds) => `${olds}.exists(old, ${sameSubject('old', item)})`),
  ...TARGETS.map((sort) => (sort === 'extra' ? extra('impersonate.extra') : contained(`impersonate.${sort}`))),
  restStays('spec.impersonate', TARGETS),
  sameNature,
  '(has(object.spec.actions) == has(oldObject.spec.actions))',
  contained('actions'),
  credential,
  restStays('spec', ['subjects', 'impersonate', 'actions', ...LIFETIME]),
]);

const identityNarrows = joined([
  contained('identity.groups'),
  '(!has(object.spec.identity.uid) || (has(oldObject.spec.identity.uid) && object.spec.identity.uid == oldObject.spec.identity.uid))',
  extra('identity.extra'),
  restStays('spec.identity', IDENTITY),
]);

/** Likewise a UserBinding; its subject never changes. */
export const bindingNarrows = joined([
  ...lifetime,
  `(!has(object.spec.identity) || (has(oldObject.spec.identity) && ${identityNarrows}))`,
  contained('roles'),
  credential,
  restStays('spec', ['identity', 'roles', ...LIFETIME]),
]);

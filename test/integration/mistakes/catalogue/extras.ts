/** Groups, uids and extra fields, which stand in API groups and resources of their own. */
import { type Extra, identity } from '../../../oracle/identity.ts';
import {
  AUTHENTICATION,
  JANE,
  LIST_PODS,
  type Mistake,
  become,
  clusterWide,
  constrainedJane,
  getPods,
  legacyJane,
  listPods,
  refused,
  rule,
} from '../mistake.ts';

const TEAM = `${AUTHENTICATION}:userextras/acme.io/team`;
const payments: Extra = { header: 'acme.io%2Fteam', values: ['payments'] };
const teamKey = { users: ['jane'], extra: [{ key: 'acme.io/team', values: ['payments'] }] };
const keyed = (key: unknown) => ({ impersonate: { users: ['jane'], extra: [{ key, values: ['payments'] }] } });
const KEY = 'spec.impersonate.extra[0].key';
const LOWER = 'must be lower-case letters';

/** The rule of an extra field is wrong in `resource` only. */
const wrongExtra = (title: string, resource: string, bad: readonly unknown[]): Mistake => ({
  title,
  dialect: 'legacy',
  effect: 'Inert',
  wrong: [clusterWide(legacyJane, rule(['impersonate'], resource, ['payments']))],
  right: [clusterWide(legacyJane, rule(['impersonate'], TEAM, ['payments']))],
  meant: [become(identity('jane', { extra: [payments] }))],
  unmeant: [],
  refused: bad.map((key) => refused(keyed(key), KEY, key === undefined ? '' : LOWER)),
  written: { impersonate: teamKey },
});

const developers = identity('jane', { groups: ['developers'] });
const withUid = identity('jane', { uid: '06f6' });

export const extraMistakes: readonly Mistake[] = [
  {
    title: '`groups` without `users`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], ':groups', ['developers']))],
    right: [clusterWide(legacyJane, rule(['impersonate'], ':groups', ['developers']))],
    meant: [become(developers)],
    unmeant: [],
    refused: [refused({ impersonate: { groups: ['developers'] } }, 'spec.impersonate', 'must name somebody')],
    written: { impersonate: { users: ['jane'], groups: ['developers'] } },
  },
  {
    title: '`users` without the `groups` that are sent along',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(legacyJane)],
    right: [clusterWide(legacyJane, rule(['impersonate'], ':groups', ['developers']))],
    meant: [become(JANE), become(developers)],
    unmeant: [],
    refused: [],
    written: { impersonate: { users: ['jane'], groups: ['developers'] } },
  },
  {
    title: '`users` and `groups` in the API group `authentication.k8s.io`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(rule(['impersonate'], `${AUTHENTICATION}:users`, ['jane']))],
    right: [clusterWide(legacyJane)],
    meant: [become(JANE)],
    unmeant: [],
    refused: [],
    written: { impersonate: { users: ['jane'] } },
  },
  {
    title: '`uids` in the API group `""`',
    dialect: 'legacy',
    effect: 'Inert',
    wrong: [clusterWide(legacyJane, rule(['impersonate'], ':uids', ['06f6']))],
    right: [clusterWide(legacyJane, rule(['impersonate'], `${AUTHENTICATION}:uids`, ['06f6']))],
    meant: [become(withUid)],
    unmeant: [],
    refused: [],
    written: { impersonate: { users: ['jane'], uids: ['06f6'] } },
  },
  wrongExtra('`userextras/…` in the API group `""`', ':userextras/acme.io/team', []),
  wrongExtra('`userextras` without the key', `${AUTHENTICATION}:userextras`, [undefined]),
  wrongExtra('`userextras/*`', `${AUTHENTICATION}:userextras/*`, ['*', 'acme.io/*']),
  wrongExtra('Capitals in an extra key', `${AUTHENTICATION}:userextras/acme.io/Team`, ['acme.io/Team', 'Scopes']),
  wrongExtra(
    'An extra key as it stands in the header, `acme.io%2fteam`',
    `${AUTHENTICATION}:userextras/acme.io%2fteam`,
    ['acme.io%2fteam'],
  ),
  {
    title: 'An extra key without a domain, constrained',
    dialect: 'constrained',
    effect: 'Inert',
    wrong: [
      clusterWide(
        constrainedJane,
        rule(['impersonate:user-info'], `${AUTHENTICATION}:userextras/scopes`, ['view']),
        listPods,
      ),
    ],
    right: [],
    meant: [getPods(JANE), getPods(identity('jane', { extra: [{ header: 'scopes', values: ['view'] }] }))],
    unmeant: [],
    refused: [
      refused(
        { impersonate: { users: ['jane'], extra: [{ key: 'scopes', values: ['view'] }] }, mode: 'Constrained' },
        'spec.impersonate.extra',
        'must have keys of the form domain/path',
      ),
    ],
    written: undefined,
  },
  {
    title: '`userextras/*`, constrained',
    dialect: 'constrained',
    effect: 'Inert and too wide',
    wrong: [clusterWide(constrainedJane, rule(['impersonate:user-info'], `${AUTHENTICATION}:userextras/*`), listPods)],
    right: [clusterWide(constrainedJane, rule(['impersonate:user-info'], TEAM, ['payments']), listPods)],
    meant: [getPods(identity('jane', { extra: [payments] }))],
    unmeant: [
      getPods(identity('jane', { extra: [{ header: 'acme.io%2Frole', values: ['root', 'admin', 'owner', 'boss'] }] })),
    ],
    refused: [refused({ ...keyed('*'), mode: 'Constrained' }, KEY, LOWER)],
    written: { impersonate: teamKey, actions: LIST_PODS },
  },
];

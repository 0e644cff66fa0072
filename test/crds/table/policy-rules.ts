import { binding, grant, numbered, refused } from './row.ts';
import type { Fields, Row } from './row.ts';

const PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

export type Change = readonly [claim: string, change: Fields, field?: string, says?: string];

const VERB = 'must be a single verb';
const FORBIDDEN = 'must not be handed out';

/** What holds for an action of a grant and for an inline rule of a binding. */
const BOTH: readonly Change[] = [
  [
    'several groups, resources and verbs',
    { apiGroups: ['', 'apps'], resources: ['pods', 'pods/log', 'deployments'], verbs: ['get', 'list', 'watch'] },
  ],
  ['every resource of every group, to read', { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
  ['one subresource of every resource', { apiGroups: ['apps'], resources: ['*/scale'] }],
  ['names of objects', { resourceNames: ['web-0', 'system:Node:a.b'] }],
  ['a metric as subresource', { apiGroups: ['custom.metrics.k8s.io'], resources: ['namespaces/http_requests'] }],
  ['paths', { apiGroups: undefined, resources: undefined, nonResourceURLs: ['/healthz', '/metrics/*', '*', '/'] }],

  ['no verbs', { verbs: undefined }, '.verbs'],
  ['empty verbs', { verbs: [] }, '.verbs'],
  ['the same verb twice', { verbs: ['get', 'get'] }, '.verbs[1]'],
  ['empty API groups', { apiGroups: [] }, '.apiGroups'],
  ['empty resources', { resources: [] }, '.resources'],
  ['empty names of objects', { resourceNames: [] }, '.resourceNames'],
  [
    'neither resources nor paths',
    { apiGroups: undefined, resources: undefined },
    '',
    'must have either resources or nonResourceURLs',
  ],
  ['API groups without resources', { resources: undefined }, '', 'must have either resources or nonResourceURLs'],
  ['resources without API groups', { apiGroups: undefined }, '.apiGroups', 'must be set beside resources'],
  [
    'resources beside paths',
    { apiGroups: undefined, nonResourceURLs: ['/healthz'] },
    '',
    'must have either resources or nonResourceURLs',
  ],
  [
    'API groups beside paths',
    { resources: undefined, nonResourceURLs: ['/healthz'] },
    '.nonResourceURLs',
    'must stand alone',
  ],
  [
    'names of objects beside paths',
    { apiGroups: undefined, resources: undefined, nonResourceURLs: ['/healthz'], resourceNames: ['a'] },
    '.nonResourceURLs',
    'must stand alone',
  ],

  ['an API group with a version', { apiGroups: ['apps/v1'] }, '.apiGroups[0]', 'must be an API group'],
  ['an API group in capitals', { apiGroups: ['Apps'] }, '.apiGroups[0]', 'must be an API group'],
  ['a part of an API group as wildcard', { apiGroups: ['*.k8s.io'] }, '.apiGroups[0]', 'must be an API group'],
  ['an empty resource', { resources: [''] }, '.resources[0]', 'must be a resource'],
  ['a resource in capitals', { resources: ['Pods'] }, '.resources[0]', 'must be a resource'],
  [
    'every subresource of one resource, which matches nothing',
    { resources: ['pods/*'] },
    '.resources[0]',
    'must be a resource',
  ],
  ['every subresource of all, which matches nothing', { resources: ['*/*'] }, '.resources[0]', 'must be a resource'],
  ['a part of a resource as wildcard', { resources: ['pod*'] }, '.resources[0]', 'must be a resource'],
  ['a resource of two slashes', { resources: ['userextras/acme.io/team'] }, '.resources[0]', 'must be a resource'],
  ['a resource with a trailing slash', { resources: ['pods/'] }, '.resources[0]', 'must be a resource'],
  ['every name', { resourceNames: ['*'] }, '.resourceNames[0]', 'must be one exact name of an object'],
  [
    'a part of a name as wildcard',
    { resourceNames: ['web-*'] },
    '.resourceNames[0]',
    'must be one exact name of an object',
  ],
  ['an empty name', { resourceNames: [''] }, '.resourceNames[0]', 'must be one exact name of an object'],
  ['a name with a space', { resourceNames: ['a b'] }, '.resourceNames[0]', 'must be one exact name of an object'],
  ...['healthz', '', '/a/*/b', '/**', '**', '/a b', '/å'].map((url): Change => [
    `the path ${JSON.stringify(url)}`,
    { apiGroups: undefined, resources: undefined, nonResourceURLs: [url] },
    '.nonResourceURLs[0]',
    'must be a path',
  ]),
];

const TOKEN = 'must not reach serviceaccounts/token';
const GUARDS = 'must be get, list and watch only';

const GUARDED = ['rbac.authorization.k8s.io', 'impersonation.dev', 'admissionregistration.k8s.io', '*'];
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection', 'grant'];

const readingIn = (group: string): Change => [
  `reading in the group ${group}`,
  { apiGroups: [group], resources: ['roles'], verbs: ['get', 'list', 'watch'] },
];

const writingIn = (group: string, verb: string): Change => [
  `the verb ${verb} in the group ${group}`,
  { apiGroups: ['apps', group], resources: ['clusterroles'], verbs: ['get', verb] },
  '.verbs',
  GUARDS,
];

/** What holds for an inline rule only: it may not hand out rights. */
const INLINE: readonly Change[] = [
  ['custom verbs', { verbs: ['use', 'approve', 'deletecollection', 'x:y'] }],
  ['verbs that only begin as forbidden ones', { verbs: ['binds', 'escalates', 'rebind', 'de-impersonate'] }],
  ['every verb', { verbs: ['*'] }, '.verbs[0]', VERB],
  ['a verb in capitals', { verbs: ['GET'] }, '.verbs[0]', VERB],
  ['an empty verb', { verbs: ['get', ''] }, '.verbs[1]', VERB],
  ['a verb with a wildcard', { verbs: ['impersonate-on:user-info:*'] }, '.verbs[0]', VERB],
  ['two verbs in one', { verbs: ['get,list'] }, '.verbs[0]', VERB],
  ['a verb with a space', { verbs: ['get '] }, '.verbs[0]', VERB],
  ['a verb with a Cyrillic letter', { verbs: ['g\u{435}t'] }, '.verbs[0]', VERB],
  ...['impersonate', 'impersonate:user-info', 'impersonate-on:user-info:get', 'impersonates', 'escalate', 'bind'].map(
    (verb): Change => [`the verb ${verb}`, { verbs: ['get', verb] }, '.verbs[1]', FORBIDDEN],
  ),
  ['tokens of service accounts', { resources: ['serviceaccounts/token'], verbs: ['create'] }, '.resources', TOKEN],
  ['even reading them', { resources: ['pods', 'serviceaccounts/token'], verbs: ['get'] }, '.resources', TOKEN],
  [
    'tokens of one service account',
    { resources: ['serviceaccounts/token'], resourceNames: ['bot'], verbs: ['create'] },
    '.resources',
    TOKEN,
  ],
  ['tokens by way of every subresource token', { resources: ['*/token'], verbs: ['create'] }, '.resources', TOKEN],
  ['tokens by way of every core resource', { resources: ['*'], verbs: ['get', 'create'] }, '.resources', TOKEN],
  ['service accounts themselves', { resources: ['serviceaccounts'], verbs: ['create'] }],
  [
    'a subresource token of another group',
    { apiGroups: ['acme.io'], resources: ['*/token', 'serviceaccounts/token'], verbs: ['create'] },
  ],
  ['every resource of another group', { apiGroups: ['apps'], resources: ['*'], verbs: ['get', 'update', 'delete'] }],
  ...GUARDED.map(readingIn),
  ...GUARDED.flatMap((group) => WRITES.map((verb) => writingIn(group, verb))),
  [
    'writing in a group whose name holds a guarded one',
    { apiGroups: ['x.impersonation.dev'], resources: ['things'], verbs: ['create'] },
  ],
  ['writing to paths', { apiGroups: undefined, resources: undefined, nonResourceURLs: ['/x'], verbs: ['post'] }],
];

export const inAction = ([claim, change, field, says]: Change): Row =>
  grant(
    `an action with ${claim} is ${field === undefined ? 'taken' : 'refused'}`,
    { actions: [PODS, { ...PODS, ...change }] },
    field === undefined ? undefined : refused(`spec.actions[1]${field}`, says),
  );

const inRole = ([claim, change, field, says]: Change): Row =>
  binding(
    `an inline rule with ${claim} is ${field === undefined ? 'taken' : 'refused'}`,
    { roles: [{ rules: [PODS, { ...PODS, ...change }] }] },
    field === undefined ? undefined : refused(`spec.roles[0].rules[1]${field}`, says),
  );

export const policyRuleRows: readonly Row[] = [
  ...BOTH.flatMap((change) => [inAction(change), inRole(change)]),
  ...INLINE.map(inRole),
  grant('an action may write roles: it never adds to what the identity may do', {
    actions: [{ apiGroups: ['*'], resources: ['*'], verbs: ['create'] }],
  }),
  grant('an action may be limited to namespaces', { actions: [{ ...PODS, namespaces: ['default', 'dev'] }] }),
  grant(
    'an action in no namespace is refused',
    { actions: [{ ...PODS, namespaces: [] }] },
    refused('spec.actions[0].namespaces'),
  ),
  grant(
    'paths in namespaces are refused',
    { actions: [{ nonResourceURLs: ['/healthz'], verbs: ['get'], namespaces: ['default'] }] },
    refused('spec.actions[0].namespaces', 'must not be set beside nonResourceURLs'),
  ),
  grant('120 namespaces in all actions are taken', {
    actions: [{ ...PODS, namespaces: numbered('ns', 60) }, { ...PODS, namespaces: numbered('ns', 60) }, PODS],
  }),
  grant(
    '121 namespaces in all actions are refused',
    {
      actions: [
        { ...PODS, namespaces: numbered('ns', 60) },
        { ...PODS, namespaces: numbered('ns', 61) },
      ],
    },
    refused('spec.actions', 'no more than 120 namespaces'),
  ),
];

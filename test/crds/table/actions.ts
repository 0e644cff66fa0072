import { type Change, inAction } from './policy-rules.ts';
import { type Row, grant, numbered, refused } from './row.ts';

const PATHS = { apiGroups: undefined, resources: undefined, nonResourceURLs: ['/x'] };

/** 5000 permissions. */
const MANY = {
  apiGroups: numbered('group', 5),
  resources: numbered('things', 25),
  resourceNames: numbered('name', 10),
  namespaces: numbered('ns', 4),
  verbs: ['get'],
};

/** What holds for an action only: its verbs are those of requests, so that none of them allows nothing. */
const IN_ACTIONS: readonly Change[] = [
  [
    'every verb of requests',
    { verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] },
  ],
  ['every method of paths', { ...PATHS, verbs: ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'] }],
  ...[
    '*',
    'GET',
    '',
    'get,list',
    'g\u{435}t',
    'read',
    'use',
    'approve',
    'bind',
    'escalate',
    'impersonate',
    'impersonate-on:user-info:get',
  ].map((verb): Change => [`the verb ${JSON.stringify(verb)}`, { verbs: ['list', verb] }, '.verbs[1]']),
  [
    'a method beside resources',
    { verbs: ['get', 'post'] },
    '.verbs',
    'must be verbs of requests beside resources: get',
  ],
  [
    'a verb of resources beside paths',
    { ...PATHS, verbs: ['list'] },
    '.verbs',
    'must be verbs of requests beside nonResourceURLs: get',
  ],
];

export const actionRows: readonly Row[] = [
  ...IN_ACTIONS.map(inAction),
  grant('10000 permissions in all actions are taken', {
    actions: [MANY, { ...MANY, verbs: ['watch'] }],
  }),
  grant(
    '10001 permissions in all actions are refused',
    { actions: [MANY, { ...MANY, verbs: ['watch'] }, { ...PATHS, verbs: ['get'] }] },
    refused('spec.actions', 'no more than 10000 permissions in all'),
  ),
];

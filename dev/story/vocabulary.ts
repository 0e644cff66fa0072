/** What the chapters of the story say again and again. */
import type { Header, Step } from './step.ts';
import { kept, kubectl } from './step.ts';

export const pods = '/api/v1/namespaces/default/pods';
export const secrets = '/api/v1/namespaces/default/secrets';
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const nodes = '/api/v1/nodes';

export const user = (name: string): Header => ['Impersonate-User', name];
export const group = (name: string): Header => ['Impersonate-Group', name];
export const uid = (value: string): Header => ['Impersonate-Uid', value];
export const team = (value: string): Header => ['Impersonate-Extra-acme.io%2Fteam', value];
export const account = (namespace: string, name: string): Header => user(`system:serviceaccount:${namespace}:${name}`);

export const cannot = 'cannot impersonate';

/** kubectl with the token of the support desk, as john. */
export const asJohn = (...words: readonly string[]): readonly string[] => [
  '--token',
  '$SUPPORT',
  '--as',
  'john',
  ...words,
];
export const everything = ['--as-group', 'developers', '--as-uid', '06f6', '--as-user-extra', 'acme.io/team=payments'];
export const asJane = (...words: readonly string[]): readonly string[] => [
  '--kubeconfig',
  '$DIR/jane.kubeconfig',
  ...words,
];

export const fromSecret = (name: string, key: string): readonly string[] => {
  const template = `go-template={{.data.${key} | base64decode}}`;
  return ['-n', 'impersonation-credentials', 'get', 'secret', name, '-o', template];
};
export const supportToken = (says: string): Step =>
  kept(says, fromSecret('support-bot', 'token'), 'variable', 'SUPPORT');

export const patched = (says: string, type: 'json' | 'merge', patch: unknown): Step =>
  kubectl(says, ['patch', 'igrant', 'support-as-john', '--type', type, '-p', JSON.stringify(patch)], 0, 'patched');

export const modeOf = (grant: string): readonly string[] => ['get', 'igrant', grant, '-o', 'jsonpath={.status.mode}'];

export const allActive = kubectl(
  'Each of them is in force.',
  ['wait', 'igrant,ubind', '--all', '--for=condition=Active', '--timeout=60s'],
  0,
  'condition met',
);

import { expect, test } from 'vitest';
import { type Attributes, type PolicyRule, resourceAttributes, ruleAllows } from '../../src/rbac/index.ts';

const GET_POD = resourceAttributes({ verb: 'get', resource: 'pods', namespace: 'a', name: 'p' });
const LIST_PODS = resourceAttributes({ verb: 'list', resource: 'pods', namespace: 'a' });
const GET_LOG = resourceAttributes({ verb: 'get', resource: 'pods', subresource: 'log', namespace: 'a', name: 'p' });
const SCALE = resourceAttributes({ verb: 'get', apiGroup: 'apps', resource: 'deployments', subresource: 'scale' });
const TEAM = resourceAttributes({
  verb: 'impersonate',
  apiGroup: 'authentication.k8s.io',
  resource: 'userextras',
  subresource: 'acme.io/team',
  name: 'payments',
});
const get = (path: string): Attributes => ({ kind: 'URL', verb: 'get', path });

const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const urls = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

test.for<[string, boolean, PolicyRule, Attributes]>([
  ['what is written is allowed', true, pods, GET_POD],
  ['another verb is not', false, { ...pods, verbs: ['list'] }, GET_POD],
  ['the verb * is every verb', true, { ...pods, verbs: ['*'] }, GET_POD],
  ['a star within a verb is none', false, { ...pods, verbs: ['ge*'] }, GET_POD],
  ['verbs are compared with their case', false, { ...pods, verbs: ['GET'] }, GET_POD],
  ['no verbs allow nothing', false, { ...pods, verbs: [] }, GET_POD],
  ['another group is not allowed', false, { ...pods, apiGroups: ['apps'] }, GET_POD],
  ['the group * is every group, the core one too', true, { ...pods, apiGroups: ['*'] }, GET_POD],
  ['no groups allow nothing', false, { verbs: ['get'], resources: ['pods'] }, GET_POD],
  ['another resource is not allowed', false, { ...pods, resources: ['secrets'] }, GET_POD],
  ['resources are compared with their case', false, { ...pods, resources: ['Pods'] }, GET_POD],
  ['the resource * is every resource', true, { ...pods, resources: ['*'] }, GET_POD],
  ['and every subresource', true, { ...pods, resources: ['*'] }, GET_LOG],
  ['a resource does not cover its subresources', false, pods, GET_LOG],
  ['a subresource does not cover its resource', false, { ...pods, resources: ['pods/log'] }, GET_POD],
  ['a subresource is named with its resource', true, { ...pods, resources: ['pods/log'] }, GET_LOG],
  ['pods/* covers no subresource', false, { ...pods, resources: ['pods/*'] }, GET_LOG],
  ['*/log covers that subresource of every resource', true, { ...pods, resources: ['*/log'] }, GET_LOG],
  ['*/scale too', true, { verbs: ['get'], apiGroups: ['apps'], resources: ['*/scale'] }, SCALE],
  ['*/cale is not the end of a word', false, { verbs: ['get'], apiGroups: ['apps'], resources: ['*/cale'] }, SCALE],
  ['*/* covers no subresource', false, { ...pods, resources: ['*/*'] }, GET_LOG],
  ['and no resource', false, { ...pods, resources: ['*/*'] }, GET_POD],
  ['but the one of that name', true, { ...pods, resources: ['*/*'] }, { ...GET_LOG, subresource: '*' }],
  ['a subresource may hold a slash', true, { ...rule(TEAM), resources: ['*/acme.io/team'] }, TEAM],
  ['a part of it is not it', false, { ...rule(TEAM), resources: ['*/team'] }, TEAM],
  ['a name that is listed is allowed', true, { ...pods, resourceNames: ['q', 'p'] }, GET_POD],
  ['another is not', false, { ...pods, resourceNames: ['q'] }, GET_POD],
  ['no names are every name', true, { ...pods, resourceNames: [] }, GET_POD],
  ['the name * is a name like any other', false, { ...pods, resourceNames: ['*'] }, GET_POD],
  ['it allows what is called so', true, { ...pods, resourceNames: ['*'] }, { ...GET_POD, name: '*' }],
  ['a request without a name has none that is listed', false, { ...pods, resourceNames: ['p'] }, LIST_PODS],
  ['but the empty one', true, { ...pods, resourceNames: [''] }, LIST_PODS],
  ['a path that is written is allowed', true, urls('/metrics'), get('/metrics')],
  ['what is below it is not', false, urls('/metrics'), get('/metrics/slis')],
  ['nor the same with a slash', false, urls('/metrics'), get('/metrics/')],
  ['a star at the end is any rest', true, urls('/api*'), get('/apis/apps')],
  ['the empty rest too', true, urls('/api*'), get('/api')],
  ['after a slash it is not the path without', false, urls('/api/*'), get('/api')],
  ['two stars at the end are one', true, urls('/api**'), get('/apis')],
  ['a star within is none', false, urls('/*/x'), get('/a/x')],
  ['the path * is every path', true, urls('*'), get('/')],
  ['paths are compared with their case', false, urls('/Metrics'), get('/metrics')],
  ['resources * is no path', false, { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, get('/metrics')],
  ['paths are no resources', false, { verbs: ['*'], nonResourceURLs: ['*'] }, GET_POD],
])('%s', ([, allowed, policy, attributes]) => {
  expect(ruleAllows(policy, attributes)).toBe(allowed);
});

function rule({ verb, apiGroup }: typeof TEAM): PolicyRule {
  return { verbs: [verb], apiGroups: [apiGroup] };
}

import { z } from 'zod';
import { mapBy, maxLength } from './keywords.ts';
import { matches, matchesNot, ruled } from './rule.ts';
import { name, setOf } from './text.ts';

/** Names that Kubernetes itself gives: whoever becomes one may be more than a person. */
export const PRIVILEGED = /^(system|kubeadm):/u;

const MASTERS = /^system:masters$/u;

/** The group that no rule binds, and any name that is mistaken for it. */
const notMasters = matchesNot(MASTERS, 'must not be impersonated: it is above every rule');

export const userName = ruled(name(256), notMasters);
export const groupName = ruled(name(256), notMasters);
export const uid = name(256);

const EXTRA_KEY = /^[a-z0-9]([-._:/a-z0-9]*[a-z0-9])?$/u;
const KUBERNETES_KEY = /^([^/]*\.)?(kubernetes|k8s)\.io(\/.*)?$/u;

/** What constrained impersonation asks of a key: the server refuses any other. */
export const DOMAIN_PATH = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/.+$/u;

export const isDomainPath = (key: string): boolean => DOMAIN_PATH.test(key);

const extraKey = ruled(
  z.string(),
  maxLength(253),
  matches(EXTRA_KEY, 'must be lower-case letters, digits, "-", ".", "_", ":" and "/", as acme.io/team'),
  matchesNot(KUBERNETES_KEY, 'must not be under kubernetes.io or k8s.io: Kubernetes sets these itself'),
);

const extraEntry = z.object({
  key: extraKey.describe('The key, lower-case and decoded, as acme.io/team. Constrained mode takes domain/path only.'),
  values: setOf(name(256), 32).describe('The values that may be sent, one or several of them.'),
});

export type ExtraEntry = z.output<typeof extraEntry>;

export const extra = ruled(z.array(extraEntry).min(1).max(64), mapBy('key'));

export const groups = setOf(groupName, 64);

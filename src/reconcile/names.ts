import { createHash } from 'node:crypto';
import type { Ref } from '../cluster/port.ts';

/** Which custom resource an object belongs to. */
export interface Owner {
  /** Kind of the custom resource. */
  readonly kind: string;
  /** The word for the kind in the names of what belongs to it. */
  readonly slug: string;
  readonly name: string;
}

/** What an object says of its owner. A record (label and annotations) outlives the reference; it serves removal only. */
export interface Claim {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly by: 'reference' | 'record';
}

const digest = (parts: readonly string[], length: number): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, length);

/**
 * Name of an RBAC object. Names of custom resources hold no colon, so the owner and the part can be read off it and no two owners share one.
 * RBAC names have no length limit.
 */
export const rbacName = (owner: Pick<Owner, 'slug' | 'name'>, part: string): string =>
  part === '' ? `impersonation:${owner.slug}:${owner.name}` : `impersonation:${owner.slug}:${owner.name}:${part}`;

/** The part that an RBAC name was made with. */
export const rbacPart = (name: string): string => name.split(':').slice(3).join(':');

/** What every RBAC name of ours starts with. */
export const RBAC_PREFIX = 'impersonation:';

const DNS_LIMIT = 253;

/** Name of an object whose name must be a DNS subdomain; a name that had to be cut carries the longer hash of the whole. */
export const dnsName = (owner: Pick<Owner, 'slug' | 'name'>, part: string): string => {
  const prefix = `impersonation-${owner.slug}-`;
  const whole = [owner.slug, owner.name, part];
  const full = `${prefix}${owner.name}-${digest(whole, 8)}`;
  if (full.length <= DNS_LIMIT) return full;
  const suffix = `-${digest(whole, 32)}`;
  const kept = owner.name.slice(0, DNS_LIMIT - prefix.length - suffix.length).replace(/[-.]+$/, '');
  return `${prefix}${kept}${suffix}`;
};

/** One string for a reference, for use as a map key. */
export const refKey = ({ type, namespace, name }: Ref): string => `${type.plural}.${type.group}/${namespace}/${name}`;

import { z } from 'zod';
import { maxLength, maxProperties } from './keywords.ts';
import { celMatches, ruled } from './rule.ts';
import type { CelRule } from './rule.ts';
import { name, namespaceName, objectName, setOf } from './text.ts';

/** Prefix and name as Kubernetes takes them for labels and annotations. */
const QUALIFIED =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/u;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/u;
/** Keys that mean something to Kubernetes or to the operator on a token Secret. */
const RESERVED = /^(kubernetes\.io|([^/]*\.)?impersonation\.dev)\//u;

type StringMap = Record<string, string>;

const qualifiedKeys: CelRule<StringMap> = {
  cel: `self.all(key, size(key) <= 253 && ${celMatches('key', QUALIFIED)})`,
  message: 'must have keys as Kubernetes takes them, as acme.io/team or team, no longer than 253 characters',
  holds: (map) => Object.keys(map).every((key) => key.length <= 253 && QUALIFIED.test(key)),
};

const unreservedKeys: CelRule<StringMap> = {
  cel: `!self.exists(key, ${celMatches('key', RESERVED)})`,
  message: 'must not have keys under kubernetes.io or impersonation.dev: these are set by Kubernetes and the operator',
  holds: (map) => !Object.keys(map).some((key) => RESERVED.test(key)),
};

const labelValue = ruled(z.string(), maxLength(63), {
  cel: celMatches('self', LABEL_VALUE),
  message: 'must be a label value: letters, digits, "-", "_" and ".", a letter or digit at both ends',
  holds: (value) => LABEL_VALUE.test(value),
});

const secretTemplate = z.object({
  labels: ruled(z.record(z.string(), labelValue), maxProperties(32), qualifiedKeys, unreservedKeys)
    .describe('Labels for the Secret.')
    .exactOptional(),
  annotations: ruled(
    z.record(z.string(), ruled(z.string(), maxLength(1024))),
    maxProperties(32),
    qualifiedKeys,
    unreservedKeys,
  )
    .describe('Annotations for the Secret.')
    .exactOptional(),
});

export const DEFAULT_EXPIRATION_SECONDS = 3600;
export const DEFAULT_OVERLAP_SECONDS = 120;

const fields = {
  type: z
    .enum(['Bound', 'LongLived'])
    .default('Bound')
    .describe('Bound is a token that is renewed and dies with its anchor; LongLived is one that never ends by itself.'),
  namespace: namespaceName()
    .describe(
      'Where the Secret is: one of the credential namespaces of the installation; the first of these if absent.',
    )
    .exactOptional(),
  expirationSeconds: z
    .int()
    .min(600)
    .max(86_400)
    .default(DEFAULT_EXPIRATION_SECONDS)
    .describe('Life of a Bound token; it is renewed after 75 to 80 % of it.'),
  overlapSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(DEFAULT_OVERLAP_SECONDS)
    .describe('How long the previous Bound token goes on working after a renewal.'),
  audiences: setOf(name(256), 16).describe('Audiences of a Bound token; the API server if absent.').exactOptional(),
  kubeconfig: z
    .boolean()
    .default(false)
    .describe('True adds data.kubeconfig, ready to use, with as, as-uid, as-groups and as-user-extra.'),
  secretTemplate: secretTemplate.describe('Labels and annotations for the Secret.').exactOptional(),
};

/** A LongLived token has no life, no overlap and no audience; who asks for one must hear so. */
const boundOnly: CelRule<
  Pick<z.output<typeof grantFields>, 'type' | 'expirationSeconds' | 'overlapSeconds' | 'audiences'>
> = {
  cel:
    `self.type != 'LongLived' || (self.expirationSeconds == ${DEFAULT_EXPIRATION_SECONDS}` +
    ` && self.overlapSeconds == ${DEFAULT_OVERLAP_SECONDS} && !has(self.audiences))`,
  message:
    'must be Bound beside expirationSeconds, overlapSeconds or audiences: these mean nothing to a long-lived token',
  at: 'type',
  holds: (self) =>
    self.type !== 'LongLived' ||
    (self.expirationSeconds === DEFAULT_EXPIRATION_SECONDS &&
      self.overlapSeconds === DEFAULT_OVERLAP_SECONDS &&
      self.audiences === undefined),
};

const secretName = objectName();

const grantFields = z.object({
  secretName: secretName.describe('Name of the Secret that holds the token.'),
  ...fields,
});

const bindingFields = z.object({
  secretName: secretName
    .describe('Name of the Secret that holds the token; the name of the UserBinding if absent.')
    .exactOptional(),
  ...fields,
});

export const grantCredential = ruled(grantFields, boundOnly);
export const bindingCredential = ruled(bindingFields, boundOnly);

/** The credential of an ImpersonationGrant. */
export type GrantCredential = z.output<typeof grantFields>;
/** The credential of a UserBinding. */
export type BindingCredential = z.output<typeof bindingFields>;

/** A LongLived token is ended by nobody but the operator, so it cannot promise an end. */
export const endsInTime: CelRule<{ expiresAt?: string; credential?: { type: string } }> = {
  cel: "!has(self.credential) || self.credential.type != 'LongLived' || !has(self.expiresAt)",
  message: 'must be Bound beside expiresAt: a long-lived token never ends by itself',
  at: 'credential.type',
  holds: (self) => self.credential?.type !== 'LongLived' || self.expiresAt === undefined,
};

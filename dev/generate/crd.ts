import { stringify } from 'yaml';
import type { z } from 'zod';
import { impersonationGrantSpec } from '../../src/crds/impersonation-grant.ts';
import { API_GROUP, API_VERSION, IMPERSONATION_GRANT, USER_BINDING } from '../../src/crds/resource.ts';
import type { CustomResource } from '../../src/crds/resource.ts';
import { status } from '../../src/crds/status.ts';
import { userBindingSpec } from '../../src/crds/user-binding.ts';
import { structural } from './structural.ts';
import type { Structural } from './node.ts';

/** A kind with what its users write and what it is for. */
export interface Kind {
  readonly resource: CustomResource;
  readonly description: string;
  readonly spec: z.ZodType;
}

export const KINDS: readonly Kind[] = [
  {
    resource: IMPERSONATION_GRANT,
    description: 'ImpersonationGrant says who may become whom, doing what, where, and until when.',
    spec: impersonationGrantSpec,
  },
  {
    resource: USER_BINDING,
    description: 'UserBinding gives an identity from outside its rights, and says what it carries when impersonated.',
    spec: userBindingSpec,
  },
];

/** The default is on `status` too: that of a property alone leaves a fresh object without status. */
export const statusSchema = (): Structural => ({
  ...structural(status),
  description: 'How it stands; written by the operator alone.',
  default: {},
});

export const specSchema = ({ spec }: Kind): Structural => ({ ...structural(spec), description: 'What is asked for.' });

const rootSchema = (kind: Kind): Structural => ({
  type: 'object',
  description: kind.description,
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string', description: `${API_GROUP}/${API_VERSION}.` },
    kind: { type: 'string', description: `${kind.resource.kind}.` },
    metadata: { type: 'object' },
    spec: specSchema(kind),
    status: statusSchema(),
  },
});

const ready = (field: string): string => `.status.conditions[?(@.type=="Ready")].${field}`;

const COLUMNS = [
  { name: 'Ready', type: 'string', jsonPath: ready('status') },
  { name: 'Reason', type: 'string', jsonPath: ready('reason') },
  { name: 'Subjects', type: 'string', jsonPath: '.status.subjects' },
  { name: 'Targets', type: 'string', jsonPath: '.status.targets' },
  // a string: kubectl shows a date as its age, and one to come as <invalid>
  { name: 'Expires', type: 'string', jsonPath: '.spec.expiresAt' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  // Constrained is limited by actions, Legacy is not; empty for a UserBinding
  { name: 'Mode', type: 'string', jsonPath: '.status.mode', priority: 1 },
  { name: 'Message', type: 'string', jsonPath: ready('message'), priority: 1 },
];

/** The CustomResourceDefinition of a kind. */
export const customResourceDefinition = (kind: Kind) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.resource.plural}.${API_GROUP}` },
  spec: {
    group: API_GROUP,
    scope: 'Cluster',
    names: {
      kind: kind.resource.kind,
      listKind: `${kind.resource.kind}List`,
      plural: kind.resource.plural,
      singular: kind.resource.singular,
      shortNames: [kind.resource.shortName],
      categories: ['impersonation'],
    },
    versions: [
      {
        name: API_VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: COLUMNS,
        schema: { openAPIV3Schema: rootSchema(kind) },
      },
    ],
  },
});

export const crdYaml = (kind: Kind): string =>
  `# Generated from src/crds by "npm run generate"; do not edit.\n${stringify(customResourceDefinition(kind), { lineWidth: 0 })}`;

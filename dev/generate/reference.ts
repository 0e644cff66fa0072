import { CONDITIONS, REASONS } from '../../src/crds/reasons.ts';
import { API_GROUP, API_VERSION } from '../../src/crds/resource.ts';
import { specSchema, statusSchema } from './crd.ts';
import type { Kind } from './crd.ts';
import { code, escaped, page, table } from './markdown.ts';
import type { Structural } from './node.ts';

/** One field with its place. */
interface Field {
  readonly path: string;
  readonly schema: Structural;
  readonly required: boolean;
}

/** The page of one kind: what may be written, and what is refused. */
export const kindPage = (kind: Kind): string => {
  const { resource, description } = kind;
  const fields = fieldsOf('spec', specSchema(kind), true);
  return page(
    `# ${resource.kind}`,
    description,
    `${code(`apiVersion: ${API_GROUP}/${API_VERSION}`)}, ${code(`kind: ${resource.kind}`)}; cluster-scoped; short name ${code(resource.shortName)}, category ${code('impersonation')}.`,
    '## Fields',
    fieldTable(fields),
    '## Rules',
    'The API server refuses an object that breaks one of these. The operator checks them again, and grants nothing by an object that was stored before a rule existed.',
    ruleTable(fields),
  );
};

/** The page of what the operator tells. */
export const statusPage = (): string =>
  page(
    '# Status',
    'The operator writes it and nobody else; both kinds have the same.',
    '## Fields',
    fieldTable(fieldsOf('status', statusSchema(), false)),
    '## Conditions',
    table(
      ['Condition', 'True means'],
      Object.entries(CONDITIONS).map(([type, meaning]) => [code(type), escaped(meaning)]),
    ),
    '## Reasons',
    'The reason of a condition, the reason of an event and the label of a metric are the same word.',
    table(
      ['Reason', 'Meaning'],
      Object.entries(REASONS).map(([reason, meaning]) => [code(reason), escaped(meaning)]),
    ),
  );

/** A rule that many fields share is told once. */
const ruleTable = (fields: readonly Field[]): string => {
  const rules = fields.flatMap(({ path, schema }) =>
    (schema['x-kubernetes-validations'] ?? []).map(({ message, fieldPath = '' }) => ({
      message,
      path: code(path + fieldPath),
    })),
  );
  const grouped = Map.groupBy(rules, ({ message }) => message);
  return table(
    ['Fields', 'Rule'],
    [...grouped].map(([message, group]) => [group.map(({ path }) => path).join(', '), escaped(message)]),
  );
};

const fieldTable = (fields: readonly Field[]): string =>
  table(
    ['Field', 'Type', 'Default', 'Allowed', 'Meaning'],
    fields
      .filter(({ schema }) => schema.description !== undefined)
      .map(({ path, schema, required }) => [
        code(path),
        typeText(schema),
        required ? 'required' : schema.default === undefined ? '' : code(JSON.stringify(schema.default)),
        allowed(schema),
        escaped(schema.description ?? ''),
      ]),
  );

const fieldsOf = (path: string, schema: Structural, required: boolean): Field[] => [
  { path, schema, required },
  ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    fieldsOf(`${path}.${name}`, property, (schema.required ?? []).includes(name)),
  ),
  ...(schema.items === undefined ? [] : fieldsOf(`${path}[]`, schema.items, false)),
  ...(schema.additionalProperties === undefined ? [] : fieldsOf(`${path}.*`, schema.additionalProperties, false)),
];

const typeText = ({ type, format, items, additionalProperties }: Structural): string => {
  if (items !== undefined) return `list of ${items.type}s`;
  if (additionalProperties !== undefined) return `map of ${additionalProperties.type}s`;
  return format === 'date-time' ? 'instant' : type;
};

/** The limits of a field, in words. */
const allowed = (schema: Structural): string => {
  const { minItems = 0, maxItems, minimum, maximum, maxProperties, items } = schema;
  const listType = schema['x-kubernetes-list-type'];
  const characters = schema.maxLength ?? items?.maxLength;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return [
    schema.enum?.map((value) => code(JSON.stringify(value))).join(', '),
    minimum === undefined ? undefined : `${minimum} to ${maximum}`,
    maxItems === undefined ? undefined : `${minItems} to ${maxItems}`,
    maxProperties === undefined ? undefined : `up to ${maxProperties}`,
    listType === 'set' ? 'all different' : undefined,
    listType === 'map' ? `each with its own ${keys.join(' and ')}` : undefined,
    characters === undefined ? undefined : `up to ${characters} characters${items === undefined ? '' : ' each'}`,
  ]
    .filter((part) => part !== undefined)
    .join('; ');
};

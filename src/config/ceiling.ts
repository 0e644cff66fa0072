import { z } from 'zod';
import type { Value } from './values.ts';

/** Exact names; a ceiling knows no pattern. */
const names = z
  .array(
    z
      .string()
      .min(1)
      .refine((name) => name !== '*'),
  )
  .readonly();
const words = z.array(z.string()).min(1).readonly();

const rule = z
  .strictObject({
    apiGroups: words.exactOptional(),
    resources: words.exactOptional(),
    resourceNames: words.exactOptional(),
    nonResourceURLs: words.exactOptional(),
    verbs: words,
  })
  .readonly();

/** A list that is absent limits nothing. */
const listed = z
  .strictObject({
    users: names.exactOptional(),
    groups: names.exactOptional(),
    uids: names.exactOptional(),
    /** Without values, all of them. */
    extra: z.array(z.strictObject({ key: z.string().min(1), values: names.exactOptional() })).exactOptional(),
    serviceAccountNamespaces: names.exactOptional(),
    actions: z.array(rule).exactOptional(),
    clusterRoles: names.exactOptional(),
    /** As `namespace/name`, as tokenAccounts. */
    roles: names.exactOptional(),
    rules: z.array(rule).exactOptional(),
    tokenAccounts: names.exactOptional(),
  })
  .readonly();

export type ListedCeiling = z.output<typeof listed>;

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

export const ceilingLists: Value<ListedCeiling> = {
  allowed: `a JSON object of lists, some of ${Object.keys(listed.unwrap().shape).join(', ')}`,
  schema: json.pipe(listed),
};

import { z } from 'zod';
import { faultText, faults, issueText } from './faults.ts';
import { impersonationGrantSpec } from './impersonation-grant.ts';
import type { ImpersonationGrantSpec } from './impersonation-grant.ts';
import { status } from './status.ts';
import type { Status } from './status.ts';
import { userBindingSpec } from './user-binding.ts';
import type { UserBindingSpec } from './user-binding.ts';

/** As zod's `safeParse`; the message names field, value and what is allowed. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** The spec of a stored ImpersonationGrant, with the defaults and without the fields that the API server drops. */
export const parseImpersonationGrant = (object: unknown): Checked<ImpersonationGrantSpec> =>
  parse(z.object({ spec: impersonationGrantSpec }), object, ({ spec }) => spec);

/** The spec of a stored UserBinding, likewise. */
export const parseUserBinding = (object: unknown): Checked<UserBindingSpec> =>
  parse(z.object({ spec: userBindingSpec }), object, ({ spec }) => spec);

/** The status of a stored object of ours; one that is no status counts as none. */
export const parseStatus = (object: unknown): Status => {
  const checked = parse(z.object({ status: status.prefault({}) }), object, (parsed) => parsed.status);
  return checked.ok ? checked.value : { observedGeneration: -1 };
};

const parse = <S extends z.ZodType, T>(schema: S, object: unknown, pick: (parsed: z.output<S>) => T): Checked<T> => {
  const parsed = schema.safeParse(withoutNulls(object), { reportInput: true });
  if (!parsed.success) return { ok: false, message: joined(parsed.error.issues.map(issueText)) };
  const found = [...faults(schema, parsed.data)];
  return found.length === 0 ? { ok: true, value: pick(parsed.data) } : { ok: false, message: joined(found.map(faultText)) };
};

const LISTED = 5;

const joined = (found: readonly string[]): string =>
  found.length <= LISTED ? found.join('; ') : `${found.slice(0, LISTED).join('; ')}; and ${found.length - LISTED} more`;

/** The API server drops a null in an object before it sets defaults; one in a list stays, and is refused. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([key, field]) => [key, withoutNulls(field)]),
  );
};


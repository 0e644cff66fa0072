import { z } from 'zod';
import { checksOf, faultText, faults, issueText } from './faults.ts';
import { impersonationGrantSpec } from './impersonation-grant.ts';
import type { ImpersonationGrantSpec } from './impersonation-grant.ts';
import { status } from './status.ts';
import type { Status } from './status.ts';
import { userBindingSpec } from './user-binding.ts';
import type { UserBindingSpec } from './user-binding.ts';

/** As zod's `safeParse`; the message names field, value and what is allowed. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

type Parser<T> = (object: unknown) => Checked<T>;

/** Structure first, as the API server does: the rules may rely on it. */
const parser = <T>(schema: z.ZodType<T>): Parser<T> => {
  const checks = checksOf(schema);
  return (object) => {
    const parsed = schema.safeParse(holdsNull(object) ? withoutNulls(object) : object, { reportInput: true });
    if (!parsed.success) return { ok: false, message: joined(parsed.error.issues, issueText) };
    const found = faults(checks, parsed.data);
    return found.length === 0 ? { ok: true, value: parsed.data } : { ok: false, message: joined(found, faultText) };
  };
};

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

/** Whether there is anything to drop; in what the API server answers there hardly ever is. */
const holdsNull = (value: unknown): boolean =>
  typeof value === 'object' && (value === null || Object.values(value).some(holdsNull));

const LISTED = 5;

const joined = <T>(found: readonly T[], text: (one: T) => string): string => {
  const listed = found.slice(0, LISTED).map(text).join('; ');
  return found.length <= LISTED ? listed : `${listed}; and ${found.length - LISTED} more`;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const picked =
  <Key extends string, T>(key: Key, parse: Parser<Record<Key, T>>): Parser<T> =>
  (object) => {
    // nothing else is looked at: the metadata alone can be longer than all the rest
    const checked = parse(isRecord(object) ? { [key]: object[key] } : object);
    return checked.ok ? { ok: true, value: checked.value[key] } : checked;
  };

/** The spec of a stored ImpersonationGrant, with the defaults and without the fields that the API server drops. */
export const parseImpersonationGrant: Parser<ImpersonationGrantSpec> = picked(
  'spec',
  parser(z.object({ spec: impersonationGrantSpec })),
);

/** The spec of a stored UserBinding, likewise. */
export const parseUserBinding: Parser<UserBindingSpec> = picked('spec', parser(z.object({ spec: userBindingSpec })));

const checkedStatus: Parser<Status> = picked('status', parser(z.object({ status: status.prefault({}) })));

/** The status of a stored object of ours; one that is no status counts as none. */
export const parseStatus = (object: unknown): Status => {
  const checked = checkedStatus(object);
  return checked.ok ? checked.value : { observedGeneration: -1 };
};

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Text of a flag or a variable → value; `allowed` completes "allowed: …". */
export interface Value<T> {
  readonly allowed: string;
  readonly schema: z.ZodType<T, string>;
}

const dnsLabel = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const namespacePattern = new RegExp(`^${dnsLabel}$`);
const objectNamePattern = new RegExp(`^(?=.{1,253}$)${dnsLabel}(\\.${dnsLabel})*$`);

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const durationPattern = /^(?:(?:\d+(?:\.\d+)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;

/** Milliseconds of a Go duration (`1h30m`), or undefined for other text and for fractions of a millisecond. */
const durationMs = (text: string): number | undefined => {
  if (!durationPattern.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)([a-zµ]+)/g);
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN), 0);
  const whole = Math.round(ms);
  // Decimal fractions are inexact in binary: 1.005s is not quite 1005.
  return Math.abs(ms - whole) < 1e-4 ? whole : undefined;
};

const refined = <T>(read: (text: string) => T | undefined): z.ZodType<T, string> =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue('not allowed');
    return z.NEVER;
  });

/** A whole number of milliseconds between `least` and `most`, both Go durations and both allowed. */
export const duration = (least: string, most: string, wholeSeconds = false): Value<number> => {
  const [leastMs, mostMs] = [durationMs(least) ?? Number.NaN, durationMs(most) ?? Number.NaN];
  const stepMs = wholeSeconds ? 1000 : 1;
  const kind = wholeSeconds ? 'a duration of whole seconds' : 'a duration';
  return {
    allowed: `${kind} such as 90s, 10m or 1h30m, from ${least} to ${most}`,
    schema: refined((text) => {
      const ms = durationMs(text);
      return ms !== undefined && ms >= leastMs && ms <= mostMs && ms % stepMs === 0 ? ms : undefined;
    }),
  };
};

export const integer = (least: number, most: number): Value<number> => ({
  allowed: `a whole number from ${least} to ${most}`,
  schema: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most)),
});

export const boolean: Value<boolean> = {
  allowed: 'true or false',
  schema: z.enum(['true', 'false']).transform((text) => text === 'true'),
};

export const oneOf = <const T extends readonly [string, ...string[]]>(...words: T): Value<T[number]> => ({
  allowed: words.join(', '),
  schema: z.string().pipe(z.enum(words)),
});

const matching = (allowed: string, ...patterns: readonly RegExp[]): Value<string> => ({
  allowed,
  schema: refined((text) => (patterns.every((pattern) => pattern.test(text)) ? text : undefined)),
});

export const namespace = matching('a namespace name', namespacePattern);
export const objectName = matching('an object name: lower-case letters, digits, "-" and "."', objectNamePattern);
export const label = matching('1 to 63 letters, digits, ".", "_" and "-"', /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

const items = <T extends string>(text: string, item: Value<T>): readonly T[] | undefined => {
  const words = text.trim() === '' ? [] : text.split(',').map((word) => word.trim());
  const values = words.flatMap((word) => item.schema.safeParse(word).data ?? []);
  return values.length === words.length && new Set(values).size === values.length ? values : undefined;
};

/** The plural of a value; it may be empty. */
export const listOf = <T extends string>(item: Value<T>): Value<readonly T[]> => ({
  allowed: `a list separated by commas, or nothing, without duplicates, each ${item.allowed}`,
  schema: refined((text) => items(text, item)),
});

export const nonEmptyListOf = <T extends string>(item: Value<T>): Value<readonly [T, ...T[]]> => ({
  allowed: `a list separated by commas, at least one, without duplicates, each ${item.allowed}`,
  schema: refined((text) => {
    const [first, ...rest] = items(text, item) ?? [];
    return first === undefined ? undefined : ([first, ...rest] as const);
  }),
});

/** No `*`, control character or space: a ceiling names exactly what it allows. */
const privilegedName = /^(system|kubeadm):[\x21-\x29\x2b\x2d-\x7e]+$/;

export const privilegedUser = matching(
  'a user name that starts with "system:" or "kubeadm:", neither a service account nor a node, without "*"',
  privilegedName,
  /^(?!system:(serviceaccount|node):)/,
);

export const privilegedGroup = matching(
  'a group name that starts with "system:" or "kubeadm:", not system:masters, without "*"',
  privilegedName,
  /^(?!system:masters$)/,
);

export const serviceAccount = matching(
  'a service account as namespace/name',
  new RegExp(`^${dnsLabel}/(?=.{1,253}$)${dnsLabel}(\\.${dnsLabel})*$`),
);

export const httpsUrl: Value<string> = {
  allowed: 'an https:// URL without user, query and fragment',
  schema: refined((text) => {
    const url = URL.parse(text);
    const plain = url?.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === '';
    return plain ? text.replace(/\/+$/, '') : undefined;
  }),
};

export interface Address {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export const address: Value<Address> = {
  allowed: 'host:port, where :port alone is every address; an IPv6 host is in brackets',
  schema: refined((text) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/i.exec(text);
    const port = Number(match?.[3]);
    if (match === null || port > 65_535) return undefined;
    return { host: match[1] ?? (match[2] === '' || match[2] === undefined ? '0.0.0.0' : match[2]), port };
  }),
};

const certificates = (path: string): readonly string[] | undefined => {
  try {
    const blocks = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    return blocks?.map((block) => new X509Certificate(block).toString());
  } catch {
    return undefined;
  }
};

/** The contents of a PEM file. */
export const certificateFile: Value<string> = {
  allowed: 'the path of a readable file with certificates in PEM form',
  schema: refined((path) => certificates(path)?.join('')),
};

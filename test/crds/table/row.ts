/** One object that is taken or refused, by the parser and by the API server alike. */
export interface Row {
  readonly claim: string;
  readonly kind: 'ImpersonationGrant' | 'UserBinding';
  readonly spec: unknown;
  /** Absent for a good object. Both messages hold both texts. */
  readonly refused?: { readonly field: string; readonly says?: string };
  /** The spec before an update; the parser never sees it, so only the API server refuses. */
  readonly stored?: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A good grant. */
export const GRANT: Fields = {
  subjects: [{ kind: 'Group', name: 'support' }],
  impersonate: { users: ['jane'] },
};

/** A good binding. */
export const BINDING: Fields = { subject: { kind: 'User', name: 'john' } };

/** A good binding of a service account. */
export const ACCOUNT_BINDING: Fields = { subject: { kind: 'ServiceAccount', namespace: 'ops', name: 'bot' } };

export const grant = (claim: string, change: Fields, refused?: Row['refused']): Row =>
  row(claim, 'ImpersonationGrant', { ...GRANT, ...change }, refused);

export const binding = (claim: string, change: Fields, refused?: Row['refused']): Row =>
  row(claim, 'UserBinding', { ...BINDING, ...change }, refused);

export const accountBinding = (claim: string, change: Fields, refused?: Row['refused']): Row =>
  row(claim, 'UserBinding', { ...ACCOUNT_BINDING, ...change }, refused);

export const row = (claim: string, kind: Row['kind'], spec: unknown, refused?: Row['refused']): Row => ({
  claim,
  kind,
  spec,
  ...(refused === undefined ? {} : { refused }),
});

export const refused = (field: string, says?: string): NonNullable<Row['refused']> =>
  says === undefined ? { field } : { field, says };

/** Names that differ, as many as asked for. */
export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);

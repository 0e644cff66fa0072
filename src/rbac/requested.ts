import type { ExtraValues, UserInfo } from './attributes.ts';
import { extraKeyOfHeader } from './extra-key.ts';

/** Whom a request asks to be; nothing is added yet. */
export type Requested =
  | { readonly kind: 'Itself' }
  | { readonly kind: 'Identity'; readonly identity: UserInfo }
  /** Groups, a uid or extras without a user: the server answers 400, whatever the rules say. */
  | { readonly kind: 'BadRequest' };

const EXTRA = 'impersonate-extra-';

/** Whom the `Impersonate-*` headers of a request ask for. Header names in any case; one entry for each line. */
export const requestedBy = (headers: Iterable<readonly [name: string, value: string]>): Requested => {
  let user: string | undefined;
  let uid: string | undefined;
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  for (const [header, value] of headers) {
    const name = header.toLowerCase();
    if (name === 'impersonate-user') user ??= value;
    else if (name === 'impersonate-uid') uid ??= value;
    else if (name === 'impersonate-group') groups.push(value);
    else if (name.startsWith(EXTRA)) {
      const key = extraKeyOfHeader(name.slice(EXTRA.length));
      extra.set(key, [...(extra.get(key) ?? []), value]);
    }
  }
  const hasMore = (uid ?? '') !== '' || groups.length > 0 || extra.size > 0;
  if (user === undefined || user === '') return hasMore ? { kind: 'BadRequest' } : { kind: 'Itself' };
  const pairs: ExtraValues[] = Array.from(extra, ([key, values]) => ({ key, values }));
  return { kind: 'Identity', identity: { name: user, uid: uid ?? '', groups, extra: pairs } };
};

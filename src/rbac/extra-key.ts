import type { ExtraValues } from './attributes.ts';
import { isSubdomain } from './user-name.ts';

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

const isDomainPath = (key: string): boolean => {
  const slash = key.indexOf('/');
  return slash > 0 && isSubdomain(key.slice(0, slash)) && PATH.test(key.slice(slash + 1));
};

/** Why constrained impersonation refuses an extra, whatever the rules say; undefined where it does not. */
export const extraFault = ({ key, values }: ExtraValues): string | undefined => {
  if (!isDomainPath(key)) return `the key ${JSON.stringify(key)} of an extra is not of the form domain/path`;
  if (/[A-Z]/.test(key)) return `the key ${JSON.stringify(key)} of an extra holds capitals`;
  if (values.length === 0 || values.includes('')) return `the extra ${JSON.stringify(key)} has an empty value`;
  return undefined;
};

/** Bytes that are no UTF-8 become lone surrogates, which no rule can hold: the key stays unlike every key that a rule names. */
const text = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
  }
};

/** The key that the API server makes of the rest of a header's name: in lower case first, decoded then; left as it is if it cannot be decoded. */
export const extraKeyOfHeader = (rest: string): string => {
  const lower = rest.toLowerCase();
  if (/%(?![0-9a-f]{2})/.test(lower)) return lower;
  const latin1 = lower.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return text(Uint8Array.from(latin1, (character) => character.charCodeAt(0)));
};

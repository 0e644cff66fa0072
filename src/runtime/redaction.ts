/** Fields that hold secrets, at any depth and in any case. So `data` is no name for a field of a log line. */
const secretFields: ReadonlySet<string> = new Set([
  'accesstoken',
  'access_token',
  'authorization',
  'client-key-data',
  'clientkeydata',
  'cookie',
  'data',
  'id-token',
  'id_token',
  'kubeconfig',
  'password',
  'privatekey',
  'proxy-authorization',
  'refresh-token',
  'refresh_token',
  'set-cookie',
  'stringdata',
  'token',
]);

const censor = '[redacted]';

/** What looks like a secret wherever it stands; none of these crosses a `"`, so a line of JSON stays one. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  // A JWT begins with `{"`, which is eyJ in base64; in the data of a Secret it is encoded once more.
  [/(?<![A-Za-z0-9])eyJ[\w-]{8,}(\.[\w-]*)*/g, censor],
  [/ZXlK[\w+/-]{8,}=*/g, censor],
  [/\b(bearer|basic) +[\w.~+/-]{16,}=*/gi, `$1 ${censor}`],
  // "-----BEGIN" in base64, as kubeconfigs hold keys.
  [/LS0tLS1CRUdJTi[\w+/-]*=*/g, censor],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(-----END [A-Z ]*PRIVATE KEY-----|(?="))/g, censor],
];

const withoutSecretField = (field: string, value: unknown): unknown =>
  secretFields.has(field.toLowerCase()) ? censor : value;

/** A line of JSON → the same line without the values that are secret. */
export const redacted = (line: string): string => {
  const json = JSON.stringify(JSON.parse(line, withoutSecretField));
  return `${secretTexts.reduce((text, [secret, replacement]) => text.replaceAll(secret, replacement), json)}\n`;
};

/** Certificates for tests, made anew each time: Node can read X.509 but not write it. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** A server certificate for 127.0.0.1, or a client certificate for the user of that name. */
  issue(name: string): Certificate;
}

const tlv = (tag: number, ...content: Buffer[]): Buffer => {
  const value = Buffer.concat(content);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
};

const sequence = (...content: Buffer[]): Buffer => tlv(0x30, ...content);
const integer = (value: Buffer): Buffer => tlv(0x02, value);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Buffer): Buffer => tlv(0x04, content);
const time = (date: Date): Buffer => tlv(0x18, Buffer.from(date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')));
const critical = tlv(0x01, Buffer.from([0xff]));

const COMMON_NAME = oid('550403');
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const BASIC_CONSTRAINTS = oid('551d13');
const SUBJECT_ALT_NAME = oid('551d11');

const nameOf = (name: string): Buffer => sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(name)))));

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

const authorityExtension = sequence(BASIC_CONSTRAINTS, critical, octets(sequence(critical)));
const loopbackExtension = sequence(SUBJECT_ALT_NAME, octets(sequence(tlv(0x87, Buffer.from([127, 0, 0, 1])))));

interface Fields {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extension: Buffer;
}

const certificate = ({ subject, issuer, publicKey, signer, extension }: Fields): string => {
  const hour = 3_600_000;
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(new Date(Date.now() - hour)), time(new Date(Date.now() + hour))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, signer));
  return pem(sequence(body, ECDSA_WITH_SHA256, signature));
};

const keyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

const pemOfKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

export const authority = (issuer: string): Authority => {
  const { publicKey, privateKey: signer } = keyPair();
  return {
    cert: certificate({ subject: issuer, issuer, publicKey, signer, extension: authorityExtension }),
    key: pemOfKey(signer),
    issue: (subject) => {
      const own = keyPair();
      const fields = { subject, issuer, publicKey: own.publicKey, signer, extension: loopbackExtension };
      return { cert: certificate(fields), key: pemOfKey(own.privateKey) };
    },
  };
};

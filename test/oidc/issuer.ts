/** An OpenID provider on loopback: what kube-apiserver asks one for, and tokens that it signs. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { authority } from '../cluster/certificates.ts';

const KEY_ID = 'key-1';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Issuer {
  readonly #server: Server;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** PEM of the authority of its certificate. */
  readonly ca: string;

  private constructor() {
    const ca = authority('oidc-ca');
    this.ca = ca.cert;
    this.#server = createServer(ca.issue('issuer'), ({ url }, response) => {
      const answer = this.#answers()[url ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  }

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An ID token that lasts an hour. */
  token(claims: { readonly sub: string; readonly aud: string } & Readonly<Record<string, unknown>>): string {
    const now = Math.floor(Date.now() / 1000);
    const signed = `${part({ alg: 'RS256', kid: KEY_ID })}.${part({ iss: this.url, iat: now, exp: now + 3600, ...claims })}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answers(): Readonly<Record<string, object>> {
    const { url } = this;
    return {
      '/.well-known/openid-configuration': {
        issuer: url,
        jwks_uri: `${url}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
      },
      '/keys': {
        keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }],
      },
    };
  }
}

/** An OpenID provider on loopback: what kube-apiserver asks one for, and tokens that it signs. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { authority } from '../cluster/certificates.ts';
import { ScriptedServer, json } from '../cluster/scripted-server.ts';

const KEY_ID = 'key-1';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Issuer {
  readonly #server: ScriptedServer;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** PEM of the authority of its certificate. */
  readonly ca: string;

  private constructor(server: ScriptedServer, ca: string) {
    this.#server = server;
    this.ca = ca;
    server.answer = ({ path }, response) => {
      const answer = this.#answers()[path];
      json(response, answer === undefined ? 404 : 200, answer ?? {});
    };
  }

  static async start(): Promise<Issuer> {
    const ca = authority('oidc-ca');
    const server = await ScriptedServer.start((_request, response) => json(response, 404, {}), ca.issue('issuer'));
    return new Issuer(server, ca.cert);
  }

  get url(): string {
    return this.#server.url;
  }

  /** An ID token that lasts an hour. */
  token(claims: { readonly sub: string; readonly aud: string } & Readonly<Record<string, unknown>>): string {
    const now = Math.floor(Date.now() / 1000);
    const signed = `${part({ alg: 'RS256', kid: KEY_ID })}.${part({ iss: this.url, iat: now, exp: now + 3600, ...claims })}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`;
  }

  async stop(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
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

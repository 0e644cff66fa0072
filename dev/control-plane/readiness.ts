/** When a control plane counts as started. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Component } from './component.ts';
import { componentError } from './component.ts';
import type { Connection } from './connection.ts';

const pollMilliseconds = 100;
const deadlineSeconds = 240;

/** Polls until `isReady`; throws with the end of the component's log when that has ended, or after four minutes. */
export const waitUntil = async (component: Component, what: string, isReady: () => Promise<boolean>): Promise<void> => {
  let ended = false;
  void component.exited.then(() => (ended = true));
  const deadline = performance.now() + deadlineSeconds * 1000;
  while (!(await isReady())) {
    if (ended) throw await componentError(`${component.name} ended before ${what}`, component.log);
    if (performance.now() > deadline) {
      throw await componentError(`no ${what} within ${deadlineSeconds} s`, component.log);
    }
    await delay(pollMilliseconds);
  }
};

/** True when an admin's GET of the path is answered 200. */
export const answersOk = async (
  server: Pick<Connection, 'url' | 'ca' | 'adminToken'>,
  path: string,
): Promise<boolean> => {
  const dispatcher = new Agent({ connect: { ca: server.ca, timeout: 5000 } });
  try {
    const { statusCode, body } = await request(`${server.url}${path}`, {
      dispatcher,
      headers: { authorization: `Bearer ${server.adminToken}` },
      headersTimeout: 10_000,
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  } finally {
    await dispatcher.destroy();
  }
};

/** The authority's certificate from the chain that the API server made for itself; undefined before it has. */
export const servingCa = async (certificates: string): Promise<string | undefined> => {
  const chain = await readFile(join(certificates, 'apiserver.crt'), 'utf8').catch(() => '');
  const pems = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
  return pems.find((pem) => new X509Certificate(pem).ca);
};

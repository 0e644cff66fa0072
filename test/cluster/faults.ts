/** Ways for the fake API server to misbehave. */
import type { ServerResponse } from 'node:http';
import type { FakeApi, Fault } from './fake-api.ts';
import { statusObject } from './scripted-server.ts';

/** The first so many requests are answered so, then the server is well. */
export const first =
  (count: number, answer: (response: ServerResponse) => void): Fault =>
  (_request, response) => {
    if (count <= 0) return false;
    count -= 1;
    answer(response);
    return true;
  };

export const errorEvent = (code: number, reason: string, details = {}): string =>
  `${JSON.stringify({ type: 'ERROR', object: { ...statusObject(code, reason), details } })}\n`;

export const streaming =
  (text: string) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(text);
  };

export const prepared = (api: FakeApi): void => {
  api.put('a');
  api.put('b');
};

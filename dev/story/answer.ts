/** What came of a command. */
import { STATUS_CODES } from 'node:http';
import { Agent, request } from 'undici';
import type { KubectlResult } from '../control-plane/kubectl.ts';
import type { Command } from './step.ts';
import { filledIn, headersOf } from './step.ts';

export interface Answer {
  /** HTTP status, or exit status. */
  readonly code: number;
  /** What is shown of it. */
  readonly lines: readonly string[];
}

/** How many items of a list are named. */
const named = 5;

/** Sends what the command line says to curl; header by header, since repeated ones mean something. */
export const requested = async (
  command: Extract<Command, { tool: 'curl' }>,
  variables: ReadonlyMap<string, string>,
  server: { readonly url: string; readonly ca: string },
): Promise<Answer> => {
  const dispatcher = new Agent({ connect: { ca: server.ca } });
  try {
    const { statusCode, body } = await request(`${server.url}${command.path}`, {
      dispatcher,
      method: command.body === undefined ? 'GET' : 'POST',
      headers: headersOf(command).flatMap(([name, value]) => [name, filledIn(value, variables)]),
      body: command.body === undefined ? null : JSON.stringify(command.body),
    });
    const answered = (await body.json()) as Answered;
    return { code: statusCode, lines: [`${statusCode} ${STATUS_CODES[statusCode]}`, summary(answered)] };
  } finally {
    await dispatcher.destroy();
  }
};

export const printed = ({ code, stdout, stderr }: KubectlResult): Answer => ({
  code,
  lines: `${stdout}${stderr}`.trimEnd().split('\n'),
});

/** What the API server answers, as far as it is shown. */
interface Answered {
  readonly kind: string;
  readonly message?: string;
  readonly items?: readonly { readonly metadata: { readonly name: string } }[];
  readonly status?: { readonly userInfo?: Readonly<Record<string, unknown>> };
}

/** The body in one line. */
const summary = ({ kind, message, items, status }: Answered): string => {
  if (items !== undefined) {
    const names = items.slice(0, named).map(({ metadata }) => metadata.name);
    return `${kind}: ${items.length === 0 ? 'empty' : names.join(', ')}${items.length > named ? ', …' : ''}`;
  }
  return message ?? `${kind} ${JSON.stringify(status?.userInfo ?? {})}`;
};

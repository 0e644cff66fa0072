import { pino, stdSerializers, stdTimeFunctions, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { isApiError } from '../cluster/errors.ts';
import type { Config } from '../config.ts';
import { redacted } from './redaction.ts';

export type { Logger } from 'pino';

/** Standard output, or what stands for it. */
export interface LogOutput {
  write(line: string): unknown;
  readonly isTTY?: boolean;
}

export interface LoggerOptions {
  readonly level: Config['logLevel'];
  readonly format: Config['logFormat'];
  readonly output: LogOutput;
}

const isPretty = ({ format, output }: LoggerOptions): boolean =>
  format === 'pretty' || (format === 'auto' && output.isTTY === true);

/** In this process, not in a worker thread: the program is one file, and what was logged is out before it exits. */
const prettyOutput = (output: LogOutput): LogOutput => {
  const prettyLine = prettyFactory({ colorize: output.isTTY === true, ignore: 'pid,hostname' });
  return { write: (line) => output.write(prettyLine(line)) };
};

/** What the API server answered is no fault of this program, for which a stack would have it taken. */
const serialized = (error: Error): object => {
  if (!isApiError(error)) return stdSerializers.err(error);
  const { message, reason, status } = error;
  return { type: error.name, message, reason, status };
};

/** A pino logger that writes one line for each call, never with a token in it. */
export const createLogger = (options: LoggerOptions): Logger =>
  pino(
    {
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: serialized },
      formatters: { level: (level) => ({ level }) },
      hooks: { streamWrite: redacted },
    },
    isPretty(options) ? prettyOutput(options.output) : options.output,
  );

import { constants } from 'node:os';
import process from 'node:process';
import { type Config, parseConfig, readPodNamespace } from './config.ts';
import { Program } from './program.ts';
import { createLogger } from './runtime/logger.ts';

/** Runs until a signal; the first ends it in order, a second at once. The exit status is 0 after a signal, 1 after a failure. */
const run = async (config: Config): Promise<void> => {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat, output: process.stdout });
  const end = Promise.withResolvers<number>();
  let isEnding = false;
  const endWith = (status: number): void => {
    isEnding = true;
    end.resolve(status);
  };
  const fail = (error: unknown): void => {
    // What the end itself interrupts is no failure.
    if (!isEnding) logger.fatal({ err: error }, error instanceof Error ? error.message : 'unable to go on');
    endWith(1);
  };
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, 'a bug: this was handled nowhere');
      process.exit(1);
    });
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(128 + constants.signals[signal]);
      logger.info({ signal }, 'stopping');
      endWith(0);
    });
  }
  try {
    const program = await Program.create({ config, logger, onFatal: (text) => fail(new Error(text)) });
    program.start().catch(fail);
    await end.promise;
    await program.stop();
    logger.info('stopped');
  } catch (error) {
    fail(error);
  }
  process.exit(await end.promise);
};

const parsed = parseConfig({
  arguments: process.argv.slice(2),
  environment: process.env,
  podNamespace: readPodNamespace(),
});
switch (parsed.kind) {
  case 'help':
    process.stdout.write(parsed.text);
    break;
  case 'refused':
    for (const problem of parsed.problems) process.stderr.write(`impersonation-operator: ${problem}\n`);
    process.exitCode = 2;
    break;
  case 'config':
    await run(parsed.config);
    break;
  default:
    parsed satisfies never;
}

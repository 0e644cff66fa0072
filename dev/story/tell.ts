/** Goes through the story: gives each command, shows it with its answer, and counts the answers that were not the expected ones. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Connection } from '../control-plane/connection.ts';
import { kubectl } from '../control-plane/kubectl.ts';
import type { Answer } from './answer.ts';
import { printed, requested } from './answer.ts';
import type { Chapter, Command, Expected, Step } from './step.ts';
import { commandLine, filledIn } from './step.ts';

/** Where the story happens. */
export interface Stage {
  readonly connection: Connection;
  /** For the files that it makes. */
  readonly directory: string;
  /** Takes one line, without its end. */
  readonly say: (line: string) => void;
}

export interface Tally {
  readonly expected: number;
  readonly unexpected: number;
}

const patienceMilliseconds = 60_000;
/** Once something went wrong, much else will: time for what takes ten seconds at most. */
const lessPatienceMilliseconds = 15_000;
const pollMilliseconds = 200;

/** Tells every chapter, whatever the answers are. */
export const tell = async (chapters: readonly Chapter[], stage: Stage): Promise<Tally> => {
  const { say, directory, connection } = stage;
  const variables = new Map([
    ['API', connection.url],
    ['DIR', directory],
  ]);
  let tally: Tally = { expected: 0, unexpected: 0 };
  for (const [index, { title, steps }] of chapters.entries()) {
    say('');
    say(styleText('bold', `${index + 1}  ${title}`));
    for (const step of steps) {
      const patience = tally.unexpected === 0 ? patienceMilliseconds : lessPatienceMilliseconds;
      const good = await take(step, stage, variables, step.patience === 'none' ? 0 : patience);
      tally = good ? { ...tally, expected: tally.expected + 1 } : { ...tally, unexpected: tally.unexpected + 1 };
    }
  }
  return tally;
};

/** True when the answer was the expected one. */
const take = async (
  { says, command, expected }: Step,
  stage: Stage,
  variables: Map<string, string>,
  patience: number,
): Promise<boolean> => {
  stage.say('');
  if (says !== '') stage.say(`   ${says}`);
  stage.say(`   ${styleText('cyan', `$ ${commandLine(command)}`)}`);
  const deadline = performance.now() + patience;
  let answer = await given(command, stage, variables);
  while (!isExpected(answer, expected) && performance.now() < deadline) {
    await delay(pollMilliseconds);
    answer = await given(command, stage, variables);
  }
  for (const line of answer.lines) stage.say(`   ${line}`.trimEnd());
  stage.say(`   ${verdict(command, answer, expected)}`);
  return isExpected(answer, expected);
};

const isExpected = ({ code, lines }: Answer, expected: Expected): boolean =>
  code === expected.code && lines.join('\n').includes(expected.text);

const given = async (command: Command, stage: Stage, variables: Map<string, string>): Promise<Answer> => {
  if (command.tool === 'curl') return requested(command, variables, stage.connection);
  const words = command.words.map((word) => filledIn(word, variables));
  const result = await kubectl(stage.connection, words);
  const { output } = command;
  if (output.goes === 'here') return printed(result);
  if (output.goes === 'file') await writeFile(join(stage.directory, output.name), result.stdout, { mode: 0o600 });
  else variables.set(output.name, result.stdout);
  // a token or a kubeconfig is not for the log
  return result.code === 0 ? { code: 0, lines: [] } : printed({ ...result, stdout: '' });
};

/** For example `✓ expected 403, "cannot impersonate"`. */
const verdict = (command: Command, answer: Answer, expected: Expected): string => {
  const word = command.tool === 'curl' ? '' : 'exit status ';
  const what = `expected ${word}${expected.code}${expected.text === '' ? '' : `, "${expected.text}"`}`;
  return isExpected(answer, expected)
    ? styleText('green', `✓ ${what}`)
    : styleText('red', `✗ ${word}${answer.code}, ${what}`);
};

/** Every credential with every attempt: what the server answers, what it must answer, and the difference. */
import { type Answer, type Attempt, type Prober, attemptText } from './probe.ts';
import { type Credential, type Judgement, itself } from './product.ts';

/** What one credential comes to: an answer for each attempt, in their order. */
interface Row {
  readonly credential: Credential;
  readonly attempts: readonly Attempt[];
  readonly answers: readonly Answer[];
}

export type Matrix = readonly Row[];

const ask = async (prober: Prober, token: string, attempt: Attempt): Promise<Answer> => {
  const answer = await prober.attempt(token, attempt);
  return attempt.identity.user === undefined && typeof answer === 'object' ? itself(answer.user) : answer;
};

/** Less than a round takes, so that no two use the same token. */
const TICK_MS = 20;

/** What the server remembers of an earlier answer says nothing of this moment, and it remembers by the token. */
const freshToken = ({ tokens }: Credential): string =>
  tokens[Math.trunc(Date.now() / TICK_MS) % tokens.length] ?? tokens[0];

/** Asks the server all that is in a matrix. @throws the first answer that is none. */
export const measured = async (prober: Prober, matrix: Matrix): Promise<Matrix> =>
  Promise.all(
    matrix.map(async ({ credential, attempts }) => {
      const token = freshToken(credential);
      const answers = await Promise.all(attempts.map(async (attempt) => ask(prober, token, attempt)));
      return { credential, attempts, answers };
    }),
  );

/** Computes what the server must answer. `tried` tells what is asked. */
export const expected = (
  judgements: ReadonlyMap<Credential, Judgement>,
  tried: (judgement: Judgement) => readonly Attempt[],
): Matrix =>
  [...judgements].map(([credential, judgement]) => {
    const attempts = tried(judgement);
    return { credential, attempts, answers: attempts.map((attempt) => judgement.answer(attempt)) };
  });

const words = (answer: Answer | undefined): string =>
  typeof answer === 'object' ? `allowed ${JSON.stringify(answer)}` : String(answer);

/** A cell in which two matrices of the same attempts differ. */
export interface Difference {
  readonly credential: Credential;
  readonly attempt: Attempt;
  readonly wanted: Answer | undefined;
  readonly found: Answer | undefined;
}

export const differing = (wanted: Matrix, found: Matrix): Difference[] =>
  wanted.flatMap(({ credential, attempts, answers }, row) =>
    attempts.flatMap((attempt, column) => {
      const cell = { credential, attempt, wanted: answers[column], found: found[row]?.answers[column] };
      return words(cell.wanted) === words(cell.found) ? [] : [cell];
    }),
  );

/** One line for people. */
export const differenceText = ({ credential, attempt, wanted, found }: Difference): string =>
  `${credential.name} as ${attemptText(attempt)}: must be ${words(wanted)}, is ${words(found)}`;

export const differences = (wanted: Matrix, found: Matrix): string[] => differing(wanted, found).map(differenceText);

/** Asks once more where the server was wrong; answers whether it still is anywhere. */
export const stillDiffers = async (prober: Prober, cells: readonly Difference[]): Promise<boolean> => {
  const answers = await Promise.all(
    cells.map(async ({ credential, attempt }) => ask(prober, freshToken(credential), attempt)),
  );
  return answers.some((answer, index) => words(answer) !== words(cells[index]?.wanted));
};

/** What a credential may do, in words that mean nothing else. */
export const right = ({ name }: Credential, attempt: Attempt): string => `${name} as ${attemptText(attempt)}`;

/** What is allowed: all that counts for "never more". */
export const allowed = (matrix: Matrix): Set<string> =>
  new Set(
    matrix.flatMap(({ credential, attempts, answers }) =>
      attempts.flatMap((attempt, column) => {
        const answer = answers[column];
        return typeof answer === 'object' || answer === 'allowed' ? [right(credential, attempt)] : [];
      }),
    ),
  );

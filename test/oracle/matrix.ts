/** Every credential as every identity: what the server answers, what it must answer, and the difference. */
import { type Identity, textOf } from './identity.ts';
import type { Snapshot } from './objects.ts';
import type { Answer, Prober } from './probe.ts';
import { type Credential, type Rules, expectation, itself } from './product.ts';

/** Answers by credential and identity, both in their order. */
export interface Matrix {
  readonly credentials: readonly Credential[];
  readonly identities: readonly Identity[];
  readonly answers: readonly (readonly Answer[])[];
}

/** Asks the server everything. @throws the first answer that is none. */
export const measured = async (
  prober: Prober,
  credentials: readonly Credential[],
  identities: readonly Identity[],
): Promise<Matrix> => {
  const ask = async ({ token }: Credential, identity: Identity): Promise<Answer> => {
    const answer = await prober.probe(token, identity);
    return identity.user === undefined && typeof answer === 'object' ? itself(answer.user) : answer;
  };
  const answers = await Promise.all(
    credentials.map(async (credential) => Promise.all(identities.map(async (identity) => ask(credential, identity)))),
  );
  return { credentials, identities, answers };
};

/** Computes what the server must answer. */
export const expected = (
  snapshot: Snapshot,
  rules: Rules,
  credentials: readonly Credential[],
  identities: readonly Identity[],
): Matrix => ({
  credentials,
  identities,
  answers: credentials.map((credential) => identities.map(expectation(credential, snapshot, rules))),
});

const words = (answer: Answer | undefined): string =>
  typeof answer === 'object' ? `allowed ${JSON.stringify(answer)}` : String(answer);

/** One line for each answer that is not the expected one; the matrices have the same credentials and identities. */
export const differences = (wanted: Matrix, found: Matrix): string[] =>
  wanted.credentials.flatMap((credential, row) =>
    wanted.identities.flatMap((identity, column) => {
      const [want, have] = [words(wanted.answers[row]?.[column]), words(found.answers[row]?.[column])];
      return want === have ? [] : [`${credential.name} as ${textOf(identity)}: must be ${want}, is ${have}`];
    }),
  );

/** What is allowed, as token and identity: all that counts for "never more". */
export const allowed = ({ credentials, identities, answers }: Matrix): Map<string, string> =>
  new Map(
    credentials.flatMap((credential, row) =>
      identities.flatMap((identity, column) =>
        typeof answers[row]?.[column] === 'object'
          ? [[`${credential.token} ${textOf(identity)}`, `${credential.name} as ${textOf(identity)}`] as const]
          : [],
      ),
    ),
  );

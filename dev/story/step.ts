/** The story as data: commands that a person could type, and what must come of each. */

/** A word of a command line; `$NAME` in it is a variable of the story. */
export type Word = string;

export type Command =
  | { readonly tool: 'kubectl'; readonly words: readonly Word[]; readonly output: Output }
  | {
      readonly tool: 'curl';
      readonly token: Word;
      readonly as: readonly Header[];
      readonly path: string;
      readonly body: Body;
    };

/** What becomes of the output: it is shown, or kept unseen in a variable or in a file of the story's directory. */
export type Output = { readonly goes: 'here' } | { readonly goes: 'variable' | 'file'; readonly name: string };

/** One `Impersonate-…` header. The same name may come more than once. */
export type Header = readonly [name: string, value: string];

/** JSON to POST; undefined for a GET. */
export type Body = Readonly<Record<string, unknown>> | undefined;

export interface Expected {
  /** HTTP status of curl, exit status of kubectl. */
  readonly code: number;
  /** What the answer must contain; empty for anything. */
  readonly text: string;
}

export interface Step {
  /** What this shows, in one line. */
  readonly says: string;
  readonly command: Command;
  readonly expected: Expected;
  /** `eventually`: a change is on its way, so the command is given again until the answer is the expected one, for a minute at most. */
  readonly patience: 'none' | 'eventually';
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
}

const step = (says: string, command: Command, code: number, text: string): Step => ({
  says,
  command,
  expected: { code, text },
  // what was granted just now takes the API server a moment to learn
  patience: command.tool === 'curl' && code < 300 ? 'eventually' : 'none',
});

/** `kubectl WORD...`, which ends with `code` and prints `text`. */
export const kubectl = (says: string, words: readonly Word[], code = 0, text = ''): Step =>
  step(says, { tool: 'kubectl', words, output: { goes: 'here' } }, code, text);

/** The same, with the output kept instead of shown. */
export const kept = (says: string, words: readonly Word[], goes: 'variable' | 'file', name: string): Step =>
  step(says, { tool: 'kubectl', words, output: { goes, name } }, 0, '');

/** GET of a path with a token, acting as somebody. */
export const get = (says: string, token: Word, as: readonly Header[], path: string, code: number, text = ''): Step =>
  step(says, { tool: 'curl', token, as, path, body: undefined }, code, text);

/** POST of a SelfSubjectReview: the API server tells whom it took the request to be from. */
export const whoAmI = (says: string, token: Word, as: readonly Header[], code: number, text = ''): Step => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  return step(
    says,
    { tool: 'curl', token, as, path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body },
    code,
    text,
  );
};

/** The step, given time until a change has arrived. */
export const eventually = (given: Step): Step => ({ ...given, patience: 'eventually' });

/** Headers of a request as they are sent, and as curl is told. */
export const headersOf = ({ token, as, body }: Extract<Command, { tool: 'curl' }>): Header[] => [
  ['Authorization', `Bearer ${token}`],
  ...as,
  ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
];

/** The command for a POSIX shell. */
export const commandLine = (command: Command): string => {
  switch (command.tool) {
    case 'kubectl':
      return redirected(['kubectl', ...command.words].map(quoted).join(' '), command.output);
    case 'curl': {
      const { path, body } = command;
      const headers = headersOf(command).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      const data = body === undefined ? [] : ['-d', JSON.stringify(body)];
      return ['curl', '-i', ...headers, ...data, `$API${path}`].map(quoted).join(' ');
    }
    default:
      return command satisfies never;
  }
};

const redirected = (line: string, output: Output): string => {
  switch (output.goes) {
    case 'here':
      return line;
    case 'variable':
      return `${output.name}=$(${line})`;
    case 'file':
      return `${line} > "$DIR/${output.name}"`;
    default:
      return output satisfies never;
  }
};

/** A word that holds a variable stands in double quotes, so it must hold nothing else that a shell reads there. */
const quoted = (word: Word): string => {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return word.includes('$') ? `"${word}"` : `'${word}'`;
};

/** The word with the variables put in. Throws for one that nobody has set. */
export const filledIn = (word: Word, variables: ReadonlyMap<string, string>): string =>
  word.replaceAll(/\$([A-Z]+)/g, (_, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`the story uses $${name} before it is set`);
    return value;
  });

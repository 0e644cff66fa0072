import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { chapters } from '../../../dev/story/chapters.ts';
import type { Command } from '../../../dev/story/step.ts';
import { commandLine, filledIn, get, headersOf, kept, kubectl, whoAmI } from '../../../dev/story/step.ts';

const variables = new Map([
  ['API', 'https://127.0.0.1:6443'],
  ['DIR', '/tmp/a directory'],
  ['SUPPORT', 'a.b-c_d'],
  ['DASHBOARD', 'd.e-f_g'],
  ['DEPLOYER', 'e.f'],
  ['ARGOCD', 'g.h'],
]);

const commands = chapters('config/samples').flatMap(({ steps }) => steps.map(({ command }) => command));

/** The words that a shell makes of the line, but for its redirection. */
const wordsInShell = (command: Command): string[] => {
  const script = `say() { printf '%s\\n' "$@"; }; alias curl='say curl' kubectl='say kubectl'\n${commandLine(command)}`;
  const line = script.replace(/\n[A-Z]+=\$\((?<inner>.*)\)$/u, '\n$<inner>').replace(/ > "\$DIR\/[\w.]+"$/u, '');
  const output = execFileSync('sh', ['-c', line], { env: Object.fromEntries(variables), encoding: 'utf8' });
  return output.trimEnd().split('\n');
};

/** The words that the story gives to the program, or sends. */
const wordsInStory = (command: Command): string[] => {
  if (command.tool === 'kubectl') return ['kubectl', ...command.words.map((word) => filledIn(word, variables))];
  const headers = headersOf(command).flatMap(([name, value]) => ['-H', `${name}: ${filledIn(value, variables)}`]);
  const data = command.body === undefined ? [] : ['-d', JSON.stringify(command.body)];
  return ['curl', '-i', ...headers, ...data, `https://127.0.0.1:6443${command.path}`];
};

test.for(commands.map((command) => [commandLine(command), command] as const))(
  'a shell reads as it is meant: %s',
  ([, command]) => {
    expect(wordsInShell(command)).toEqual(wordsInStory(command));
  },
);

test('every variable of the story is set before it is used', () => {
  const set = new Set(['API', 'DIR']);
  const unset: string[] = [];
  for (const command of commands) {
    const used = [...commandLine(command).matchAll(/\$(?<name>[A-Z]+)/gu)].map(({ groups }) => groups?.['name'] ?? '');
    unset.push(...used.filter((name) => !set.has(name)));
    if (command.tool === 'kubectl' && command.output.goes === 'variable') set.add(command.output.name);
  }
  expect(unset).toEqual([]);
});

test('a variable that nobody set is an error, not an empty word', () => {
  expect(() => filledIn('$TOKEN', new Map())).toThrow('the story uses $TOKEN before it is set');
});

test('what is kept shows where it goes', () => {
  expect(commandLine(kept('', ['get', 'secret'], 'variable', 'TOKEN').command)).toBe('TOKEN=$(kubectl get secret)');
  expect(commandLine(kept('', ['get', 'secret'], 'file', 'a.kubeconfig').command)).toBe(
    'kubectl get secret > "$DIR/a.kubeconfig"',
  );
});

test('what is allowed may take a moment to arrive, a refusal may not', () => {
  expect(get('', '$SUPPORT', [], '/api', 200).patience).toBe('eventually');
  expect(whoAmI('', '$SUPPORT', [], 201).patience).toBe('eventually');
  expect(get('', '$SUPPORT', [], '/api', 403).patience).toBe('none');
  expect(kubectl('', ['get', 'pods']).patience).toBe('none');
});

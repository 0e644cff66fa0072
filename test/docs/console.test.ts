import { expect, test } from 'vitest';
import { blockOf, exchanges, lasting } from './console.ts';
import { fences } from './pages.ts';

const block = `$ kubectl apply -f - <<'EOF'
kind: UserBinding
$ no command
EOF
created
$ kubectl get \\
  pods
NAME
web
$ true
`;

test('a block is read into commands with their outputs, and back', () => {
  expect(exchanges(block)).toEqual([
    { command: "kubectl apply -f - <<'EOF'\nkind: UserBinding\n$ no command\nEOF", output: ['created'] },
    { command: 'kubectl get \\\n  pods', output: ['NAME', 'web'] },
    { command: 'true', output: [] },
  ]);
  expect(blockOf(exchanges(block))).toBe(block);
});

test('output without a command is an error', () => {
  expect(() => exchanges('web\n')).toThrow('a console block begins with "$ "');
});

test('a here-document without an end is an error', () => {
  expect(() => exchanges("$ cat <<'EOF'\ntext\n")).toThrow('has no end');
});

test('ages, instants, uids and widths count for nothing, names and statuses do', () => {
  expect(lasting(['a   True   2036-12-31T23:59:59Z   5m2s', 'uid=06f61f0e-0000-4000-8000-000000000000'])).toEqual(
    lasting(['a  True  2026-01-01T00:00:00Z  17s', 'uid=20759d35-98dc-41e9-b7fb-d04319ce2e75']),
  );
  expect(lasting(['a   True   5m'])).not.toEqual(lasting(['a   False   5m']));
  expect(lasting(['job-5s   True'])).not.toEqual(lasting(['job-6s   True']));
});

test('fences are found with their language and file', () => {
  const page = 'text\n\n<!-- a.yaml -->\n\n```yaml\nkind: A\n```\n\n```\nplain\n```\n\n```console\n$ true\n```\n';
  expect(fences(page)).toEqual([
    { language: 'yaml', file: 'a.yaml', text: 'kind: A\n' },
    { language: '', file: '', text: 'plain\n' },
    { language: 'console', file: '', text: '$ true\n' },
  ]);
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { IMPERSONATION_GRANT, USER_BINDING, parseImpersonationGrant, parseUserBinding } from '../../src/crds/index.ts';
import type { Checked } from '../../src/crds/index.ts';
import { type Fence, fences, pages, root } from './pages.ts';

/** Where it is, and its text. */
type Example = readonly [place: string, text: string];

/** Those about installing show kinds of others; see gitops.test.ts. */
const aboutInstalling = (path: string): boolean => path.startsWith('docs/install/');

/** A file of kube-apiserver, which the commands of the page try. */
const isOurs = ({ file }: Fence): boolean => file !== 'authentication.yaml';

const inPages = pages.flatMap(({ path, text }) =>
  fences(text)
    .filter((fence) => fence.language === 'yaml' && !aboutInstalling(path) && isOurs(fence))
    .map((fence, index): Example => [`${path}, YAML block ${index + 1}`, fence.text]),
);

/** What is given to kubectl on its standard input. */
const inCommands = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/<<'EOF'\n(?<text>[^]*?)^EOF$/gmu)].map(({ groups }, index): Example => [
    `${path}, here-document ${index + 1}`,
    groups?.['text'] ?? '',
  ]),
);

const samples = globSync('config/samples/*.yaml', { cwd: root }).map((path): Example => [
  path,
  readFileSync(join(root, path), 'utf8'),
]);

const parse = (object: unknown): Checked<unknown> => {
  const kind = typeof object === 'object' && object !== null && 'kind' in object ? object.kind : undefined;
  if (kind === IMPERSONATION_GRANT.kind) return parseImpersonationGrant(object);
  if (kind === USER_BINDING.kind) return parseUserBinding(object);
  return { ok: false, message: `it is of kind ${String(kind)}` };
};

test.for([...inPages, ...inCommands, ...samples])('%s is valid', ([, text]) => {
  const documents = parseAllDocuments(text);
  expect(documents.length).toBeGreaterThan(0);
  for (const document of documents) {
    expect(document.errors).toEqual([]);
    const checked = parse(document.toJS());
    expect(checked.ok ? '' : checked.message).toBe('');
  }
});

import { bundleFiles } from './bundle/index.ts';
import { chartFiles } from './chart/index.ts';
import { KINDS, crdYaml } from './crd.ts';
import type { Kind } from './crd.ts';
import { installYaml } from './install.ts';
import { policyFiles } from './policy/index.ts';
import { kindPage, statusPage } from './reference.ts';

/** Directories that hold the CRDs; another copy is another entry. */
const CRD_DIRECTORIES = ['crds', 'config/crd'];

/** What the generator writes: text by path, relative to the checkout. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...CRD_DIRECTORIES.flatMap((directory) => KINDS.map((kind) => [crdPath(directory, kind), crdYaml(kind)] as const)),
    ...KINDS.map((kind) => [`docs/reference/${kind.resource.singular}.md`, kindPage(kind)] as const),
    ['docs/reference/status.md', statusPage()] as const,
    ...[...policyFiles()].map(([name, text]) => [`config/policy/${name}`, text] as const),
    ['config/install.yaml', installYaml()] as const,
    ...chartFiles(),
    ...bundleFiles(),
  ]);

const crdPath = (directory: string, { resource }: Kind): string =>
  `${directory}/${resource.group}_${resource.plural}.yaml`;

/**
 * What the bundle has of @kubernetes/client-node and gaxios. Whole, the first is 16 MB of code, nearly all of it classes of Kubernetes
 * types, and takes 50 MB of memory; the second takes 10 MB for a table of international domain names. The program uses `KubeConfig`;
 * what else @dot-i/k8s-operator refers to belongs to requests that the program replaces by its own, so here it fails when it is called.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const PACKAGE = '@kubernetes/client-node';

const excluded = "const excluded = (name) => { throw new Error('the bundle is built without ' + name); };";

const client = `
export { KubeConfig } from '${PACKAGE}';
${excluded}
// the constructor of Operator makes one, for its own requests
export class CoreV1Api {}
export class ApiextensionsV1Api { constructor() { excluded('ApiextensionsV1Api'); } }
export class Watch { constructor() { excluded('Watch'); } }
export const loadYaml = () => excluded('loadYaml');
`;

const gaxios = `
${excluded}
export const instance = { request: async () => excluded('gaxios') };
`;

export interface ReducedClient {
  /** Lets every import of the two packages find the reduced ones, so there is one copy. */
  readonly plugin: Plugin;
  /** Names that can be imported from the reduced @kubernetes/client-node. */
  readonly names: readonly string[];
  /** Files that are in it, for the list of licenses. */
  readonly inputs: readonly string[];
}

export const reducedClient = async (root: string): Promise<ReducedClient> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: client, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    write: false,
    metafile: true,
    plugins: [onlyWhatIsUsed],
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`${PACKAGE} came to nothing`);
  const namespace = 'reduced-client';
  return {
    names: Object.values(metafile.outputs).flatMap(({ exports }) => exports),
    inputs: Object.keys(metafile.inputs).filter((path) => path.includes(PACKAGE)),
    plugin: {
      name: namespace,
      setup: (bundler) => {
        bundler.onResolve({ filter: new RegExp(`^${PACKAGE}$`) }, () => ({ path: PACKAGE, namespace }));
        bundler.onResolve({ filter: /^gaxios$/ }, ({ path }) => ({ path, namespace }));
        bundler.onLoad({ filter: /./, namespace }, ({ path }) => ({
          contents: path === PACKAGE ? output.text : gaxios,
          resolveDir: `${root}/node_modules/${PACKAGE}`,
        }));
      },
    },
  };
};

/**
 * Its modules do nothing but declare, so one that nobody imports from can go. Told of the index files alone, which name their modules
 * by `./`: to be asked about each of 3,000 imports takes longer than all the rest. Other packages are left to the bundle.
 */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup: (bundler) => {
    const sideEffects = false;
    bundler.onResolve({ filter: /^\.\// }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), sideEffects }));
    bundler.onResolve({ filter: /^[^.]/ }, ({ path }) =>
      path === PACKAGE ? { path: fileURLToPath(import.meta.resolve(PACKAGE)), sideEffects } : { path, external: true },
    );
  },
};

/** How the image starts the program, so that the same is measured and tested. */
import { readFile } from 'node:fs/promises';

export interface Shipped {
  /** Options of Node. */
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads ENTRYPOINT and ENV of the last stage. Throws where the text is not as expected. */
export const shippedBy = (dockerfile: string): Shipped => {
  const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const [, entrypoint = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(stage) ?? [];
  const [, variables = ''] = /^ENV (.*)$/m.exec(stage) ?? [];
  const [program, ...args] = JSON.parse(entrypoint) as string[];
  if (program !== '/usr/local/bin/node' || args.at(-1) !== '/app/main.js')
    throw new Error(`unexpected ENTRYPOINT ${entrypoint}`);
  return {
    options: args.slice(0, -1),
    environment: Object.fromEntries(variables.split(' ').map((pair) => pair.split('=', 2) as [string, string])),
  };
};

export const shipped = async (): Promise<Shipped> =>
  shippedBy(await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8'));

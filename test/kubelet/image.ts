/** What a container image holds, as far as a process on this machine can be started from it. */
import { shipped } from '../../dev/build/shipped.ts';

export interface Image {
  /** The program and its first arguments; `node` is the one that runs the tests. */
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The image of the Dockerfile, with `file` as its bundle. */
export const operatorImage = async (file: string): Promise<Image> => {
  const { options, environment } = await shipped();
  return { entrypoint: ['node', ...options, file], environment };
};

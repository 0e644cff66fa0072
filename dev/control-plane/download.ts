/** Files by HTTP that are what their publisher says they are. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { EnvHttpProxyAgent, interceptors, request } from 'undici';

const connectMilliseconds = 5000;
const silenceMilliseconds = 30_000;
const mebibyte = 1024 * 1024;

/** Follows redirects and the usual proxy variables; a host that does not answer is given up after seconds. */
export const downloader = (): Dispatcher =>
  new EnvHttpProxyAgent({
    connect: { timeout: connectMilliseconds },
    headersTimeout: silenceMilliseconds,
    bodyTimeout: silenceMilliseconds,
  }).compose(interceptors.redirect({ maxRedirections: 5 }));

/** The text of a small file. Throws when it is not answered 200. */
export const downloadText = async (dispatcher: Dispatcher, url: string): Promise<string> => {
  const body = await get(dispatcher, url);
  return body.text();
};

export interface FileDownload {
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly path: string;
  /** Told what has come so far, for example `45 MB`. */
  readonly onProgress: (amount: string) => void;
}

/** Writes the file and compares its checksum. After an error, the path holds nothing to be trusted. */
export const downloadFile = async (dispatcher: Dispatcher, file: FileDownload): Promise<void> => {
  const body = await get(dispatcher, file.url);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      body,
      async function* count(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          file.onProgress(`${Math.floor(bytes / mebibyte)} MB`);
          yield chunk;
        }
      },
      createWriteStream(file.path, { mode: 0o755 }),
    );
  } catch (cause) {
    throw new Error(`download of ${file.url} broke off after ${bytes} bytes`, { cause });
  }
  const actual = hash.digest('hex');
  if (actual !== file.sha256) throw new Error(`${file.url} has checksum ${actual}, published is ${file.sha256}`);
};

const get = async (dispatcher: Dispatcher, url: string): Promise<Dispatcher.ResponseData['body']> => {
  const { statusCode, body } = await request(url, { dispatcher }).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached`, { cause });
  });
  if (statusCode === 200) return body;
  await body.dump();
  throw new Error(`${url} answered ${statusCode}`);
};

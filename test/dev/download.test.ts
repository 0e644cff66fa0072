import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { downloadFile, downloadText, downloader } from '../../dev/control-plane/download.ts';
import type { Handler } from './release-server.ts';
import { serve, sha256 } from './release-server.ts';
import { temporaryDirectory } from './temporary.ts';

const content = 'the program';

/** What a download from such a server comes to: the file's text. */
const download = async (handler: Handler, checksum = sha256(content)): Promise<string> => {
  const url = `${await serve(handler)}/program`;
  const dispatcher = downloader();
  onTestFinished(() => dispatcher.destroy());
  const path = join(await temporaryDirectory(), 'program');
  await downloadFile(dispatcher, { url, sha256: checksum, path, onProgress: () => undefined });
  return readFile(path, 'utf8');
};

test('a file with the published checksum is written', async () => {
  expect(await download((_, response) => void response.end(content))).toBe(content);
});

test('a redirect is followed', async () => {
  const handler: Handler = (request, response) => {
    if (request.url === '/program') response.writeHead(302, { location: '/elsewhere' }).end();
    else response.end(content);
  };
  expect(await download(handler)).toBe(content);
});

test('another checksum is an error that shows both', async () => {
  const downloading = download((_, response) => void response.end('something else'));
  await expect(downloading).rejects.toThrow(
    `/program has checksum ${sha256('something else')}, published is ${sha256(content)}`,
  );
});

test('a missing file is an error with the status', async () => {
  const downloading = download((_, response) => void response.writeHead(404).end('no'));
  await expect(downloading).rejects.toThrow('/program answered 404');
});

test('a connection that is cut off is an error, whether or not the length was told', async () => {
  for (const headers of [{ 'content-length': content.length }, {}]) {
    const downloading = download((_, response) => {
      response.writeHead(200, headers).write(content.slice(0, 4), () => response.destroy());
    });
    await expect(downloading).rejects.toThrow('/program broke off after 4 bytes');
  }
});

test('a host that cannot be reached is an error that names it', async () => {
  const dispatcher = downloader();
  onTestFinished(() => dispatcher.destroy());
  await expect(downloadText(dispatcher, 'http://127.0.0.1:1/program')).rejects.toThrow(
    'http://127.0.0.1:1/program cannot be reached',
  );
});

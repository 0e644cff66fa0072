const NEWLINE = 0x0a;

/** Objects in etcd are at most a few MiB; a line beyond this is no event. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Cuts a byte stream into lines. Cutting comes before decoding, so a character split between chunks stays whole. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #pieces: Buffer[] = [];
  #pending = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#emit(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #emit(last: Buffer): void {
    const line = this.#pending === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pending = 0;
    if (line.length > 0) this.#onLine(line.toString('utf8'));
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#pending += piece.length;
    if (this.#pending > MAX_LINE_BYTES) throw new Error(`a line of more than ${MAX_LINE_BYTES} bytes`);
  }
}

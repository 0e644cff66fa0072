/** Tells people that long work is going on: a line that is rewritten on a terminal, a line now and then in a log. */

const terminalMilliseconds = 500;
const logMilliseconds = 10_000;

/**
 * @typedef {object} Progress
 * @property {(detail: string) => void} update what is being done now; shown with the elapsed time
 * @property {(result: string) => void} end the last line
 */

/**
 * @param {string} title
 * @param {Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean, columns?: number }} stream
 * @returns {Progress}
 */
export const startProgress = (title, stream = process.stdout) => {
  const terminal = stream.isTTY === true;
  const started = performance.now();
  let detail = '';
  const line = () => `${title}${detail === '' ? '' : `: ${detail}`} (${duration(performance.now() - started)})`;
  const show = () => {
    if (terminal) stream.write(`\r\u001B[K${line().slice(0, (stream.columns ?? 80) - 1)}`);
    else stream.write(`${line()}\n`);
  };
  show();
  const timer = setInterval(show, terminal ? terminalMilliseconds : logMilliseconds);
  timer.unref();
  return {
    update: (text) => {
      detail = text;
    },
    end: (result) => {
      clearInterval(timer);
      detail = result;
      stream.write(`${terminal ? '\r\u001B[K' : ''}${line()}\n`);
    },
  };
};

/**
 * For example `4 s` or `11 min 8 s`.
 * @param {number} milliseconds
 */
export const duration = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

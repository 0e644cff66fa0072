/** RFC 3339 without the oddities that `format: date-time` takes besides: `t`, `z`, `,5Z`, `+99:99`. */
export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/u;

const PARTS = /^(?<seconds>.{19})(?:\.(?<fraction>\d+))?(?<zone>Z|[+-]\d{2}:\d{2})$/u;

/** Nanoseconds since the epoch; undefined for what is no instant, and for a day that does not exist, as 30 February. */
export const nanoseconds = (text: string): bigint | undefined => {
  const parts = INSTANT.test(text) ? PARTS.exec(text)?.groups : undefined;
  if (parts === undefined) return undefined;
  const { seconds = '', fraction = '', zone = 'Z' } = parts;
  const local = Date.parse(`${seconds}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== seconds) return undefined;
  return BigInt(local - offsetMilliseconds(zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
};

const offsetMilliseconds = (zone: string): number => {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

/** Milliseconds since the epoch of an instant that passed the parser, rounded down. */
export const milliseconds = (text: string): number => Number((nanoseconds(text) ?? 0n) / 1_000_000n);

import { ApiError, type ApiErrorReason } from './errors.ts';

/** What an HTTP answer says, with its body read whole. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** The parts of a `Status` that we read. */
export interface Status {
  readonly reason: string;
  readonly message: string;
  readonly code: number;
  readonly retryAfterSeconds: number | undefined;
  /** Paths of the fields that a 422 names. */
  readonly fields: readonly string[];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const REASONS: Readonly<Record<string, ApiErrorReason>> = {
  AlreadyExists: 'AlreadyExists',
  BadRequest: 'BadRequest',
  Conflict: 'Conflict',
  Expired: 'Expired',
  Gone: 'Expired',
  Forbidden: 'Forbidden',
  Invalid: 'Invalid',
  NotFound: 'NotFound',
  TooManyRequests: 'TooManyRequests',
  Unauthorized: 'Unauthorized',
};

const REASON_OF_CODE: Readonly<Record<number, ApiErrorReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
};

/** 400, 405, 406, 413, 415: the request is at fault, so sending it again cannot help. */
const reasonOfCode = (code: number): ApiErrorReason =>
  REASON_OF_CODE[code] ?? (code >= 400 && code < 500 && code !== 408 ? 'BadRequest' : 'ServerError');

/** JSON or undefined. The parser's own error is dropped: it quotes the text, which may hold a token. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads a `Status` object; undefined for anything else. */
export const readStatus = (value: unknown): Status | undefined => {
  if (!isRecord(value) || value['kind'] !== 'Status') return undefined;
  const details = isRecord(value['details']) ? value['details'] : {};
  const causes: unknown[] = Array.isArray(details['causes']) ? details['causes'] : [];
  const seconds = details['retryAfterSeconds'];
  return {
    reason: typeof value['reason'] === 'string' ? value['reason'] : '',
    message: typeof value['message'] === 'string' ? value['message'] : '',
    code: typeof value['code'] === 'number' ? value['code'] : 0,
    retryAfterSeconds: typeof seconds === 'number' && seconds > 0 ? seconds : undefined,
    fields: causes.flatMap((cause) => (isRecord(cause) && typeof cause['field'] === 'string' ? [cause['field']] : [])),
  };
};

const headerSeconds = (retryAfter: string | undefined): number | undefined =>
  retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;

/** Who refused, in the words of the server; what follows is whatever a policy or a webhook chose to say. */
const DENIAL = /^.*?\bdenied (?:the )?request\b/s;

/** `quotesBody`: the request was about a secret, which an admission plugin may quote, and so may the server for a 400 or 422. */
const words = (answer: Answer, status: Status | undefined, quotesBody: boolean): string => {
  if (status === undefined) return 'the answer is not a Status';
  if (!quotesBody) return status.message;
  const [denial] = DENIAL.exec(status.message) ?? [];
  if (denial !== undefined) return denial;
  if (answer.status !== 400 && answer.status !== 422) return status.message;
  return status.fields.length === 0 ? 'refused' : `refused for ${status.fields.join(', ')}`;
};

/** The error of an answer that is not a success; `request` is its method and path. */
export const errorOfAnswer = (request: string, answer: Answer, quotesBody: boolean): ApiError => {
  const status = readStatus(parseJson(answer.body));
  return new ApiError({
    reason: REASONS[status?.reason ?? ''] ?? reasonOfCode(answer.status),
    message: `${request}: ${answer.status} ${words(answer, status, quotesBody)}`,
    status: answer.status,
    retryAfterSeconds: headerSeconds(answer.retryAfter) ?? status?.retryAfterSeconds,
  });
};

/** The error that a watch brings as an event of type ERROR. */
export const errorOfEvent = (request: string, value: unknown): ApiError => {
  const status = readStatus(value);
  const code = status?.code ?? 0;
  return new ApiError({
    reason: REASONS[status?.reason ?? ''] ?? reasonOfCode(code),
    message: `${request}: error event: ${code} ${status?.message ?? 'not a Status'}`,
    status: code,
    retryAfterSeconds: status?.retryAfterSeconds,
  });
};

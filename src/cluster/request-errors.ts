/** Errors of requests that got no answer, or were not sent. */
import { ApiError } from './errors.ts';

export interface Named {
  readonly method: string;
  readonly path: string;
}

/** What a request is called in errors: its query says nothing that helps. */
export const titleOf = ({ method, path }: Named): string => `${method} ${path.split('?', 1)[0] ?? ''}`;

/** The words for a failure below HTTP: the code says more than the message where there is one. */
const failureWords = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `${error.code} ${error.message}`.trim() : error.message;
};

export const unreachable = (request: Named, cause: unknown): ApiError =>
  new ApiError(
    {
      reason: 'Unreachable',
      message: `${titleOf(request)}: no answer: ${failureWords(cause)}`,
      status: 0,
      retryAfterSeconds: undefined,
    },
    { cause },
  );

export const unauthorized = (request: Named, cause: unknown): ApiError =>
  new ApiError(
    {
      reason: 'Unauthorized',
      message: `${titleOf(request)}: 401, and ${failureWords(cause)}`,
      status: 401,
      retryAfterSeconds: undefined,
    },
    { cause },
  );

export const notLeading = (request: Named): ApiError =>
  new ApiError({
    reason: 'NotLeading',
    message: `${titleOf(request)}: not sent: this replica does not hold the lease`,
    status: 0,
    retryAfterSeconds: undefined,
  });

/** Why the API server, or the way to it, refused: the `reason` of its Status, or one of ours. */
export type ApiErrorReason =
  | 'AlreadyExists'
  | 'BadRequest'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'Invalid'
  | 'NotFound'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'ServerError'
  /** No answer: connection refused, reset, or timed out. */
  | 'Unreachable'
  /** Not sent: this replica does not hold the lease. */
  | 'NotLeading';

/** A request that did not succeed. The message holds verb, path and the server's words, never a header or a body that we sent. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  readonly reason: ApiErrorReason;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** From `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(fields: Pick<ApiError, 'reason' | 'message' | 'status' | 'retryAfterSeconds'>, options?: ErrorOptions) {
    super(fields.message, options);
    this.reason = fields.reason;
    this.status = fields.status;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

export const isApiError = (error: unknown, ...reasons: ApiErrorReason[]): error is ApiError =>
  error instanceof ApiError && (reasons.length === 0 || reasons.includes(error.reason));

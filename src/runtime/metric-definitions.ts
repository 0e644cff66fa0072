/** Name, help and labels of one metric; docs/metrics.md holds the same. */
interface Definition<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
}

const metric = <const L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): Definition<L> => ({ name: `impersonation_${name}`, help, labelNames });

export const definitions = {
  reconciles: metric(
    'reconciles_total',
    'Reconciles, by how they ended: the reason of the condition Ready.',
    'kind',
    'reason',
  ),
  reconcileSeconds: metric('reconcile_duration_seconds', 'How long reconciles took.', 'kind'),
  reconcileErrors: metric('reconcile_errors_total', 'Reconciles and events that failed and are tried again.', 'kind'),
  queueSeconds: metric('queue_latency_seconds', 'How long objects waited for a worker.'),
  queueDepth: metric('queue_depth', 'Objects that wait for a worker.'),
  requests: metric(
    'api_requests_total',
    'Requests to the API server, by HTTP status; code is none where no answer came.',
    'verb',
    'code',
  ),
  requestSeconds: metric(
    'api_request_duration_seconds',
    'How long requests to the API server took, watches excepted.',
    'verb',
  ),
  informerSynced: metric('informer_synced', '1 once the cache of the resource is complete.', 'resource'),
  informerErrors: metric('informer_errors_total', 'Lists and watches that failed and are tried again.', 'resource'),
  statusWrites: metric('status_writes_total', 'Writes of a status.', 'kind'),
  active: metric('active', 'Objects that are in force: their condition Active is True.', 'kind'),
  credentials: metric(
    'credentials',
    'Objects whose credential is valid: their condition CredentialReady is True.',
    'kind',
  ),
  nextExpiry: metric(
    'next_expiry_seconds',
    'Seconds until the first object in force expires; +Inf when none does.',
    'kind',
  ),
  nextTokenExpiry: metric(
    'next_token_expiry_seconds',
    'Seconds until the first token expires; +Inf when none does. Renewal keeps it well above 0.',
    'kind',
  ),
  leader: metric('leader', '1 while this replica may write.'),
  guardMissing: metric(
    'guard_missing',
    'Admission policies of the profile that are missing or not bound; above 0 nothing new is granted.',
  ),
} as const;

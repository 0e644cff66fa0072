/** Values that installers give: each case is rendered, linted, and compared with what it gave before. */
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** What an installer decides of the policies, too. */
export const CEILING = {
  privilegedNamespaces: ['ingress'],
  privilegedUsers: ['system:kube-scheduler'],
  privilegedGroups: ['system:nodes'],
  privilegedServiceAccounts: ['kube-system/coredns', 'ingress/proxy'],
  privilegedNodes: ['worker-1'],
  clusterRoles: ['view'],
  roles: ['ci/deployer'],
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  tokenAccounts: ['tokens-b/robot'],
};

export const MATRIX: Readonly<Record<string, object>> = {
  default: {},
  'one-replica': { replicas: 1, settings: { leaderElect: false } },
  'no-policies': { profile: 'none' },
  bounded: {
    profile: 'bounded',
    ceiling: {
      users: ['alice', 'bob'],
      groups: ['developers'],
      uids: ['06f6'],
      extra: [{ key: 'acme.io/team', values: ['payments'] }, { key: 'acme.io/ticket' }],
      serviceAccountNamespaces: ['production'],
      actions: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] }],
      privilegedUsers: ['system:kube-scheduler'],
      privilegedServiceAccounts: ['kube-system/coredns'],
      privilegedNodes: ['worker-1'],
      roles: ['ci/deployer'],
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
    },
  },
  'crds-kept': { crds: { keep: true } },
  'crds-elsewhere': { crds: { enabled: false } },
  names: { fullnameOverride: 'impersonation', commonLabels: { team: 'platform' } },
  'credential-namespaces': {
    credentialNamespaces: ['tokens-a', 'tokens-b'],
    createCredentialNamespaces: false,
  },
  image: {
    image: {
      repository: 'registry.test/team/impersonation-operator',
      digest: `sha256:${'0'.repeat(64)}`,
      pullPolicy: 'Always',
    },
    imagePullSecrets: [{ name: 'registry' }],
  },
  settings: {
    apiServerCA: certificate,
    settings: {
      clusterName: 'prod',
      apiServerUrl: 'https://api.test:6443',
      maxGrantDuration: '8h',
      requireExpiry: true,
      relistInterval: '5m',
      concurrency: 4,
      leaderElect: true,
      leaseName: 'lease',
      leaseDuration: '30s',
      renewDeadline: '20s',
      retryPeriod: '5s',
      listenAddress: '0.0.0.0:9090',
      logLevel: 'debug',
      logFormat: 'json',
    },
  },
  ceiling: {
    credentialNamespaces: ['tokens-a', 'tokens-b'],
    ceiling: CEILING,
    settings: { maxGrantDuration: '8h', requireExpiry: true },
  },
  placement: {
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
    affinity: { nodeAffinity: {} },
    podLabels: { zone: 'a' },
    podAnnotations: { note: 'b' },
    serviceAccount: { annotations: { note: 'c' } },
    env: [{ name: 'HTTPS_PROXY', value: 'http://proxy.test:3128' }],
    resources: { requests: { memory: '1Gi' } },
    podDisruptionBudget: { maxUnavailable: '50%' },
  },
  'service-monitor': {
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true, annotations: { folder: 'security' } },
    },
  },
  'pod-monitor': { metrics: { podMonitor: { enabled: true, interval: '1m' } } },
  'network-policy': {
    networkPolicy: {
      enabled: true,
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      apiServerPorts: [6443],
    },
  },
  'no-roles-for-people': { userRoles: { create: false } },
  'roles-by-name-only': { userRoles: { aggregateToView: false } },
};

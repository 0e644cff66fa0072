import type { Config } from './settings.ts';

const alwaysPrivileged = 'kube-system';

const common = (left: readonly string[], right: readonly string[]): readonly string[] =>
  left.filter((item) => right.includes(item));

const leaseProblems = ({ leaseDurationMs, renewDeadlineMs, retryPeriodMs }: Config): string[] => {
  const problems: string[] = [];
  if (renewDeadlineMs >= leaseDurationMs) {
    problems.push(
      `--renew-deadline is ${renewDeadlineMs}ms; allowed: less than --lease-duration, ${leaseDurationMs}ms`,
    );
  }
  if (retryPeriodMs * 2 > renewDeadlineMs) {
    problems.push(
      `--retry-period is ${retryPeriodMs}ms; allowed: at most half of --renew-deadline, ${renewDeadlineMs}ms`,
    );
  }
  return problems;
};

/** What each setting allows but not their combination. */
export const contradictions = (config: Config): string[] => {
  const problems = config.leaderElect ? leaseProblems(config) : [];
  const privileged = [alwaysPrivileged, ...config.privilegedNamespaces];
  for (const namespace of common(config.credentialNamespaces, [config.operatorNamespace, ...privileged])) {
    problems.push(
      `--credential-namespaces contains "${namespace}"; allowed: neither --operator-namespace nor kube-system nor one of --privileged-namespaces`,
    );
  }
  for (const account of config.privilegedServiceAccounts) {
    const [namespace = ''] = account.split('/');
    if (namespace === config.operatorNamespace || !privileged.includes(namespace)) {
      problems.push(
        `--privileged-service-accounts contains "${account}"; allowed: accounts in kube-system and in --privileged-namespaces, never in --operator-namespace`,
      );
    }
  }
  return problems;
};

import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
const token = readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');

const get = async (path) => {
  const answer = await fetch(`https://${address}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
  return answer.json();
};

/** What is missing; undefined where all is well. */
const missing = async () => {
  const { resources } = await get('/apis/impersonation.dev/v1alpha1');
  for (const kind of ['ImpersonationGrant', 'UserBinding'])
    if (!resources.some((resource) => resource.kind === kind)) return `the API server does not serve ${kind}`;
  const lease = '{{ include "impersonation-operator.leaseName" . }}';
  const { spec } = await get(`/apis/coordination.k8s.io/v1/namespaces/{{ .Release.Namespace }}/leases/${lease}`);
  if (!spec.holderIdentity) return 'no replica holds the lease';
  const age = Date.now() - Date.parse(spec.renewTime);
  if (age > spec.leaseDurationSeconds * 1000) return `the lease was renewed ${Math.round(age / 1000)} s ago`;
  console.log(`${spec.holderIdentity} leads`);
};

let problem;
for (let attempt = 0; attempt < 30; attempt += 1) {
  problem = await missing().catch((error) => error.message);
  if (problem === undefined) process.exit(0);
  await setTimeout(1000);
}
console.error(problem);
process.exit(1);

/** What the API server counted of the writes to the kinds that the operator writes, leases excepted. */

/** Count by verb, resource and code. */
export type Writes = ReadonlyMap<string, number>;

const GROUPS = new Set(['impersonation.dev', 'rbac.authorization.k8s.io', 'events.k8s.io']);
const VERBS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** From the text of the API server's /metrics. */
export const writesOf = (metrics: string): Writes => {
  const counted = new Map<string, number>();
  for (const [, text = '', value] of metrics.matchAll(/^apiserver_request_total\{(.*)\} (\S+)$/gm)) {
    const labels = new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', label = '']) => [name, label]));
    const label = (name: string): string => labels.get(name) ?? '';
    if (!VERBS.has(label('verb')) || !GROUPS.has(label('group'))) continue;
    const resource = [label('resource'), label('subresource')].filter((part) => part !== '').join('/');
    const key = `${label('verb')} ${resource} ${label('code')}`;
    counted.set(key, (counted.get(key) ?? 0) + Number(value));
  }
  return counted;
};

/** What came between. */
export const difference = (before: Writes, after: Writes): Writes =>
  new Map(
    [...after].map(([key, count]) => [key, count - (before.get(key) ?? 0)] as const).filter(([, count]) => count !== 0),
  );

/** The writes that so many new grants need. */
export const needs = (objects: number): Writes =>
  new Map([
    ['POST clusterroles 201', objects],
    ['POST clusterrolebindings 201', objects],
    ['PUT impersonationgrants/status 200', objects],
    ['POST events 201', objects],
  ]);

export const total = (writes: Writes): number => [...writes.values()].reduce((sum, count) => sum + count, 0);

export const writesText = (writes: Writes): string =>
  writes.size === 0 ? 'none' : [...writes].map(([key, count]) => `${count} ${key}`).join(', ');

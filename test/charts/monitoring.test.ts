import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { describe, expect, test } from 'vitest';
import type { AnyObject } from '../integration/admin.ts';
import { CHART, rendered, root, theOnly } from './helm.ts';
import { MATRIX } from './matrix.ts';

const MODELS = { ServiceMonitor, PodMonitor, PrometheusRule } as const;

/** As the page of metrics has them; a histogram with its parts. */
const METRICS = new Set(
  readFileSync(join(root, 'docs', 'metrics.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name = '', type = ''] = /^\| `(\w+)`\s*\| (\w+)/u.exec(line) ?? [];
      if (name === '') return [];
      return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    }),
);

const text = (object: unknown): string => JSON.stringify(object);

interface Query {
  readonly metrics: readonly string[];
  readonly isWhole: boolean;
}

/** The metrics that an expression names, and whether Prometheus could read it. */
const query = (expression: string): Query => {
  const metrics: string[] = [];
  let isWhole = true;
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) isWhole = false;
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector')
        metrics.push(expression.slice(from, to));
    },
  });
  return { metrics, isWhole };
};

const monitoring = async (): Promise<AnyObject[]> => [
  ...(await rendered(MATRIX['service-monitor'])),
  ...(await rendered(MATRIX['pod-monitor'])),
];

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly refId: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const dashboard = async (): Promise<Dashboard> => {
  const data = theOnly(await rendered(MATRIX['service-monitor']), 'ConfigMap')['data'] as Readonly<
    Record<string, string>
  >;
  return JSON.parse(data['impersonation-operator.json'] ?? '') as Dashboard;
};

const alerts = async (): Promise<{ readonly alert: string; readonly expr: string }[]> => {
  const { groups } = theOnly(await monitoring(), 'PrometheusRule')['spec'] as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
};

describe('what Prometheus reads', () => {
  test.for(['ServiceMonitor', 'PodMonitor', 'PrometheusRule'] as const)(
    'a %s is what its CRD asks for',
    async (kind) => {
      const objects = (await monitoring()).filter((object) => object.kind === kind);
      expect(objects).not.toEqual([]);
      for (const object of objects) {
        expect(() => new MODELS[kind](object as never).validate()).not.toThrow();
        expect(() =>
          new MODELS[kind]({ ...object, spec: { groups: 1, endpoints: 1, selector: 1 } } as never).validate(),
        ).toThrow(/must be (object|array)/);
      }
    },
  );

  test('a monitor selects what it is to read, at a port that is there', async () => {
    const objects = await monitoring();
    const service = theOnly(objects, 'Service');
    const { template } = theOnly(await rendered(), 'Deployment')['spec'] as {
      template: { metadata: { labels: object }; spec: { containers: [{ ports: object[] }] } };
    };
    const [podMonitor, serviceMonitor] = ['PodMonitor', 'ServiceMonitor'].map(
      (kind) => theOnly(objects, kind)['spec'] as { selector: { matchLabels: object } },
    );
    expect(template.metadata.labels).toMatchObject(podMonitor?.selector.matchLabels ?? {});
    expect(service.metadata.labels).toMatchObject(serviceMonitor?.selector.matchLabels ?? {});
    expect(template.spec.containers[0].ports).toEqual([{ name: 'http', containerPort: 8080 }]);
    expect(text([podMonitor, serviceMonitor]).match(/"port":"http"/g)).toHaveLength(2);
  });

  test('every alert can be read, and names metrics that there are', async () => {
    for (const { alert, expr } of await alerts()) {
      const { metrics, isWhole } = query(expr);
      expect([alert, isWhole, metrics.filter((name) => !METRICS.has(name))]).toEqual([alert, true, []]);
      expect(metrics.length).toBeGreaterThan(0);
    }
  });

  test('a metric that is not there, or an expression that is none, would be found', () => {
    expect(query('sum(impersonation_leder) != 1').metrics.every((name) => METRICS.has(name))).toBe(false);
    expect(query('sum(impersonation_leader != ').isWhole).toBe(false);
  });
});

describe('the dashboard', () => {
  test('asks for metrics that there are, by queries that can be read', async () => {
    for (const { title, targets } of (await dashboard()).panels)
      for (const { expr } of targets) {
        const { metrics, isWhole } = query(expr.replaceAll('$__rate_interval', '5m'));
        expect([title, isWhole, metrics.filter((name) => !METRICS.has(name))]).toEqual([title, true, []]);
        expect(metrics).not.toEqual([]);
      }
  });

  test('shows every metric of the operator', async () => {
    const { panels } = await dashboard();
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\w+/g) ?? [])));
    const own = [...METRICS].filter(
      (name) => /^impersonation_.*(?<!_sum|_count)$/.test(name) && name !== 'impersonation_informer_synced',
    );
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  test('has a place and an id for each panel', async () => {
    const { panels } = await dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test('knows the variables that it uses', async () => {
    const { panels, templating } = await dashboard();
    const used = new Set([...text(panels).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? ''));
    used.delete('__rate_interval');
    expect([...used].toSorted()).toEqual(templating.list.map(({ name }) => name).toSorted());
  });

  test('is in the chart as it is in its file', async () => {
    const file = JSON.parse(readFileSync(join(CHART, 'files', 'dashboard.json'), 'utf8')) as unknown;
    expect(await dashboard()).toEqual(file);
  });
});

test('none of it is there unless it is asked for', async () => {
  const kinds = new Set((await rendered()).map(({ kind }) => kind));
  for (const kind of ['ServiceMonitor', 'PodMonitor', 'PrometheusRule', 'ConfigMap', 'Service', 'NetworkPolicy'])
    expect(kinds).not.toContain(kind);
});

/**
 * `npm run bench:rbac [-- --bindings N]`: the evaluator over many bindings. Prints what bench/README.md explains.
 * Needs no cluster.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import {
  AccessIndex,
  type AccessObject,
  type Attributes,
  type PolicyRule,
  type UserInfo,
  authorize,
  impersonate,
  resourceAttributes,
} from '../src/rbac/index.ts';

const { values } = parseArgs({ options: { bindings: { type: 'string', default: '10000' } } });
const count = Number(values.bindings);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const rulesOf = (number: number): PolicyRule[] => [
  {
    verbs: ['impersonate:user-info'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['users'],
    resourceNames: [`user-${number}`],
  },
  { verbs: ['impersonate-on:user-info:get', 'impersonate-on:user-info:list'], apiGroups: [''], resources: ['pods'] },
  { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'] },
];

/** Each binding has a role of its own; `holders` people hold them in turn, in a hundred namespaces and everywhere. */
const objects = function* (holders: number): Generator<AccessObject> {
  for (let number = 0; number < count; number += 1) {
    const name = `role-${number}`;
    const subjects = [
      { kind: 'User', name: `holder-${number % holders}` },
      { kind: 'Group', name: `team-${number % holders}` },
    ];
    yield { kind: 'ClusterRole', namespace: '', name, rules: rulesOf(number) };
    const everywhere = number % 2 === 0;
    yield {
      kind: everywhere ? 'ClusterRoleBinding' : 'RoleBinding',
      namespace: everywhere ? '' : `namespace-${number % 100}`,
      name,
      roleRef: { kind: 'ClusterRole', name },
      subjects,
    };
  }
};

const caller = (number: number): UserInfo => ({
  name: `holder-${number}`,
  uid: '',
  groups: [`team-${number}`, 'system:authenticated'],
  extra: [],
});
const wanted = (number: number): UserInfo => ({ name: `user-${number}`, uid: '', groups: [], extra: [] });
const getPod: Attributes = resourceAttributes({ verb: 'get', resource: 'pods', namespace: 'namespace-1', name: 'p' });

/** CPU microseconds for each call: the median of many rounds, so that a busy machine counts little. */
const microseconds = (call: (round: number) => unknown): number => {
  const rounds = 30;
  const calls = 50;
  const times = Array.from({ length: rounds + 5 }, (_, round) => {
    const begin = process.cpuUsage();
    for (let each = 0; each < calls; each += 1) call(round * calls + each);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / calls;
  });
  return times.slice(5).toSorted((one, other) => one - other)[rounds / 2] ?? 0;
};

const usedMB = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const measure = (holders: number): void => {
  const all = [...objects(holders)];
  const before = usedMB();
  const begin = performance.now();
  const index = new AccessIndex(all);
  const built = performance.now() - begin;
  const allowed = microseconds((round) =>
    authorize(index, caller(round % holders), { ...getPod, verb: 'impersonate-on:user-info:get' }),
  );
  const refused = microseconds((round) => authorize(index, caller(round % holders), { ...getPod, verb: 'delete' }));
  const become = microseconds((round) =>
    impersonate(index, caller(round % holders), wanted(round % holders), getPod, { constrained: true }),
  );
  const nobody = microseconds((round) =>
    impersonate(index, caller(round % holders), wanted(-1), getPod, { constrained: true }),
  );
  const change = microseconds((round) => {
    const object = all[(round * 2 + 1) % all.length];
    if (object !== undefined) index.put(object);
  });
  // the caller's own binding is replaced before each question
  const afterChange = microseconds((round) => {
    const object = all[(round % holders) * 2 + 1];
    if (object !== undefined) index.put(object);
    return authorize(index, caller(round % holders), { ...getPod, verb: 'delete' });
  });
  const memory = usedMB() - before;
  const figures = [allowed, refused, become, nobody, change, afterChange]
    .map((figure) => figure.toFixed(1).padStart(10))
    .join('');
  say(
    `${String(count / holders).padStart(8)}${figures}${built.toFixed(0).padStart(10)}${memory.toFixed(1).padStart(10)}`,
  );
};

say(`${count} bindings; Node ${process.versions.node}; ${availableParallelism()} × ${cpus()[0]?.model}`);
say('bindings   allowed   refused    become   refused    change   refused     index     index');
say('for each        µs        µs        µs        µs        µs     after µs      ms        MB');
for (const holders of [count, count / 10, count / 100, 1]) measure(holders);

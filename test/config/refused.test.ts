import { expect, test } from 'vitest';
import { problems } from './given.ts';

const wrongValues = [
  ['--credential-namespaces=', '""; allowed: a list separated by commas, at least one'],
  ['--credential-namespaces=a,,b', '"a,,b"; allowed: a list'],
  ['--credential-namespaces=a,a', '"a,a"; allowed: a list separated by commas, at least one, without duplicates'],
  ['--credential-namespaces=UPPER', '"UPPER"; allowed: a list'],
  ['--ceiling=john', '"john"; allowed: a JSON object of lists, some of users, groups'],
  ['--ceiling={"user":[]}', '"{"user":[]}"; allowed: a JSON object of lists'],
  ['--ceiling={"users":["john","*"]}', '"{"users":["john","*"]}", wrong at users.1; allowed: a JSON object'],
  [
    '--ceiling={"rules":[{"resources":["pods"]}]}',
    '"{"rules":[{"resources":["pods"]}]}", wrong at rules.0.verbs; allowed',
  ],
  ['--operator-namespace=a.b', '"a.b"; allowed: a namespace name'],
  ['--cluster-name=', '""; allowed: 1 to 63 letters'],
  ['--api-server-url=http://api:6443', '"http://api:6443"; allowed: an https:// URL'],
  ['--api-server-url=https://u:p@api', '"https://u:p@api"; allowed: an https:// URL'],
  ['--api-server-url=api:6443', '"api:6443"; allowed: an https:// URL'],
  ['--api-server-ca-file=/does/not/exist', '"/does/not/exist"; allowed: the path of a readable file'],
  ['--api-server-ca-file=/etc/hosts', '"/etc/hosts"; allowed: the path of a readable file'],
  ['--privileged-users=jane', '"jane"; allowed: a list'],
  ['--privileged-users=system:*', '"system:*"; allowed: a list'],
  ['--privileged-users=system:node:a', '"system:node:a"; allowed: a list'],
  ['--privileged-users=system:serviceaccount:a:b', '"system:serviceaccount:a:b"; allowed: a list'],
  ['--privileged-groups=system:masters', '"system:masters"; allowed: a list'],
  ['--privileged-nodes=*', '"*"; allowed: a list'],
  ['--privileged-service-accounts=kube-system', '"kube-system"; allowed: a list'],
  ['--privileged-service-accounts=kube-system/*', '"kube-system/*"; allowed: a list'],
  ['--require-expiry=yes', '"yes"; allowed: true or false'],
  ['--concurrency=0', '"0"; allowed: a whole number from 1 to 64'],
  ['--concurrency=1e1', '"1e1"; allowed: a whole number from 1 to 64'],
  ['--lease-duration=1500ms', '"1500ms"; allowed: a duration of whole seconds'],
  ['--listen-address=8080', '"8080"; allowed: host:port'],
  ['--listen-address=:65536', '":65536"; allowed: host:port'],
  ['--log-level=verbose', '"verbose"; allowed: trace, debug, info, warn, error, fatal'],
  ['--log-format=text', '"text"; allowed: json, pretty, auto'],
] as const;

test.each(wrongValues)('%s is refused, as flag and as variable, with what is allowed', (flag, expected) => {
  const [name = '', ...value] = flag.split('=');
  expect(problems({ flags: [flag] })).toContain(`${name} is ${expected}`);
  const variable = `IMPERSONATION_${name.slice(2).replaceAll('-', '_').toUpperCase()}`;
  expect(problems({ variables: { [variable]: value.join('=') } })).toContain(`${variable} is ${expected}`);
});

test.each([
  [['--unknown=1'], 'unknown flag --unknown'],
  [['--no-leader-elect'], 'unknown flag --no-leader-elect'],
  [['--Concurrency=1'], 'unknown flag --Concurrency'],
  [['-c', '1'], 'unknown flag -c'],
  [['start'], 'unexpected argument "start"'],
  [['--leader-elect', 'false'], 'unexpected argument "false"'],
  [['--'], 'unexpected argument "--"'],
  [['--concurrency'], '--concurrency has no value; allowed: a whole number'],
  [['--concurrency', '--require-expiry'], '--concurrency is "--require-expiry"; allowed: a whole number'],
  [['--concurrency=1', '--concurrency=2'], '--concurrency is given twice'],
])('the arguments %j are refused', (flags, expected) => {
  expect(problems({ flags })).toContain(expected);
});

test('an unknown variable with our prefix is refused', () => {
  expect(problems({ variables: { IMPERSONATION_CONCURENCY: '3' } })).toBe(
    'IMPERSONATION_CONCURENCY is "3"; there is no such setting, see --help',
  );
});

test('every problem is told at once', () => {
  expect(problems({ flags: ['--concurrency=0', '--log-level=x'], variables: { IMPERSONATION_X: '' } })).toMatch(
    /IMPERSONATION_X[^]*--concurrency[^]*--log-level/,
  );
});

test.each([
  [['--renew-deadline=15s'], '--renew-deadline is 15000ms; allowed: less than --lease-duration, 15000ms'],
  [['--retry-period=6s'], '--retry-period is 6000ms; allowed: at most half of --renew-deadline, 10000ms'],
  [['--credential-namespaces=ops', '--operator-namespace=ops'], '--credential-namespaces contains "ops"'],
  [['--credential-namespaces=kube-system'], '--credential-namespaces contains "kube-system"'],
  [['--credential-namespaces=x', '--privileged-namespaces=x'], '--credential-namespaces contains "x"'],
  [['--privileged-service-accounts=dev/app'], '--privileged-service-accounts contains "dev/app"'],
  [
    ['--privileged-service-accounts=x/app', '--privileged-namespaces=x', '--operator-namespace=x'],
    '--privileged-service-accounts contains "x/app"',
  ],
])('the combination %j is refused', (flags, expected) => {
  expect(problems({ flags })).toContain(expected);
});

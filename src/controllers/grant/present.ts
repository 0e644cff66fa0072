import type { Action } from '../../crds/index.ts';
import type { Wait } from '../../reconcile/outcome.ts';
import type { GrantResolved } from './resolved.ts';
import type { Targets } from './targets.ts';

const actionNamespaces = (actions: readonly Action[]): Set<string> =>
  new Set(actions.flatMap(({ namespaces = [] }) => namespaces));

const missing = ({ namespaces: present }: GrantResolved, namespaces: Iterable<string>, what: string): Wait[] =>
  [...namespaces]
    .filter((namespace) => !present.has(namespace))
    .map((namespace) => ({
      reason: 'NamespaceNotFound',
      message: `namespace "${namespace}" does not exist; ${what}, the rest is`,
    }));

/** What is missing elsewhere, while the rest is granted. */
export const waits = (resolved: GrantResolved, found: Targets, actions: readonly Action[]): Wait[] => [
  ...resolved.contributions.flatMap((one): Wait[] =>
    one.is === 'nothing'
      ? [
          {
            reason: 'UserBindingNotReady',
            message: `UserBinding "${one.name}" ${one.why}; it contributes nothing, the rest is granted`,
          },
        ]
      : [],
  ),
  ...missing(
    resolved,
    new Set(found.serviceAccounts.map(({ namespace }) => namespace)),
    'its service accounts are not granted',
  ),
  ...missing(resolved, actionNamespaces(actions), 'no action is allowed in it'),
];

/** An action whose namespaces are all missing is left out: without a namespace it would count everywhere. */
export const inPresent = (actions: readonly Action[], present: ReadonlySet<string>): Action[] =>
  actions.flatMap((action) => {
    if (action.namespaces === undefined) return [action];
    const namespaces = action.namespaces.filter((name) => present.has(name));
    return namespaces.length === 0 ? [] : [{ ...action, namespaces }];
  });

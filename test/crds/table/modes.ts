import { grant, refused } from './row.ts';
import type { Row } from './row.ts';

const ACTIONS = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const NODES = { impersonate: { nodes: ['worker-1'] }, allowPrivileged: true };

export const modeRows: readonly Row[] = [
  ...['Auto', 'Legacy', 'Constrained'].map((mode) => grant(`mode ${mode} is taken`, { mode })),
  ...['legacy', '', 'Both', 1].map((mode) =>
    grant(`mode ${JSON.stringify(mode)} is refused`, { mode }, refused('spec.mode')),
  ),
  grant('a mode that is null is Auto', { mode: null }),
  ...['Auto', 'Constrained'].flatMap((mode) => [
    grant(`actions in mode ${mode} are taken`, { mode, actions: ACTIONS }),
    grant(`nodes in mode ${mode} are taken`, { mode, ...NODES }),
  ]),
  grant(
    'actions in Legacy mode are refused',
    { mode: 'Legacy', actions: ACTIONS },
    refused('spec.actions', 'must not be set in Legacy mode'),
  ),
  grant(
    'nodes in Legacy mode are refused',
    { mode: 'Legacy', ...NODES },
    refused('spec.impersonate.nodes', 'must not be set in Legacy mode'),
  ),
  grant('empty actions are refused: they must not come to mean everything', { actions: [] }, refused('spec.actions')),
];

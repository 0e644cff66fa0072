import { milliseconds, type Status } from '../crds/index.ts';
import type { Custom } from '../reconcile/controller.ts';
import type { Watched } from '../reconcile/engine.ts';
import type { Inventory } from './metrics.ts';

const isTrue = ({ conditions = [] }: Status, type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

const expiresAt = ({ spec }: Custom<unknown>): string | undefined => {
  if (!spec.ok || typeof spec.value !== 'object' || spec.value === null) return undefined;
  const value: unknown = Reflect.get(spec.value, 'expiresAt');
  return typeof value === 'string' ? value : undefined;
};

/** Seconds from `now` to the earliest of these instants; Infinity where there is none. */
const untilFirst = (instants: readonly (string | undefined)[], now: number): number =>
  instants.reduce(
    (first, text) => Math.min(first, (text === undefined ? Infinity : milliseconds(text)) - now),
    Infinity,
  ) / 1000;

/** What the custom resources in the caches say of themselves; `now` is server time in milliseconds. */
export const inventory = (watched: readonly Watched[], now: number): Inventory[] =>
  watched.map(({ controller, customs }) => {
    const active = [...customs.list()].filter(({ status }) => isTrue(status, 'Active'));
    const credentials = active.filter(({ status }) => isTrue(status, 'CredentialReady'));
    return {
      kind: controller.kind,
      active: active.length,
      credentials: credentials.length,
      nextExpirySeconds: untilFirst(active.map(expiresAt), now),
      nextTokenExpirySeconds: untilFirst(
        credentials.map(({ status }) => status.credential?.expirationTimestamp),
        now,
      ),
    };
  });

import { isApiError } from '../cluster/errors.ts';
import type { Cluster, StoredIdentity } from '../cluster/port.ts';
import { type Child, type Content, type Filling } from './child.ts';
import { type Children, refOf } from './children.ts';
import type { Batch, Diff, Step } from './diff.ts';
import { type Observed, foreignMetadata } from './observed.ts';
import { type OwnerIdentity, body } from './ownership.ts';

export interface ExecuteContext {
  readonly cluster: Cluster;
  readonly children: Children;
  readonly owner: OwnerIdentity | undefined;
  readonly now: number;
  /** Whether others have rights to lose, so that they go first. */
  readonly yields: () => boolean;
}

/**
 * Carries a diff out. Removals come first and each is tried, whatever becomes of the others: a write that fails must never delay a
 * revocation. Additions start only when every removal is done, and end at the first failure. Between two batches of removals, which
 * begin with what gives rights, others may go first: then it has yielded, and what is left is for the next diff to see.
 * @throws the first error; a stale cache is no error: what is there is read again, for the next diff to see.
 */
export const execute = async (diff: Diff, context: ExecuteContext): Promise<'done' | 'yielded'> => {
  const removed = await remove(diff.removals, context);
  if (removed === 'yielded') return 'yielded';
  if (removed === 'done') await add(diff.additions, context);
  return 'done';
};

/** One owner with many objects, be they made to stand in the way of others, takes half of the connections at most. */
const AT_ONCE = 4;

const chunks = (batch: Batch): Batch[] =>
  Array.from({ length: Math.ceil(batch.length / AT_ONCE) }, (_, index) =>
    batch.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );

const remove = async (batches: readonly Batch[], context: ExecuteContext): Promise<'done' | 'stale' | 'yielded'> => {
  const failures: unknown[] = [];
  let stale = false;
  for (const batch of batches) {
    for (const some of chunks(batch)) {
      const sent = await attempt(some, context);
      failures.push(...sent.failures);
      stale ||= sent.stale;
    }
    if (failures.length === 0 && !stale && context.yields()) return 'yielded';
  }
  if (failures.length > 0) throw failures[0];
  return stale ? 'stale' : 'done';
};

/** What the cache did not know may allow more than the next batch reckons with, so a stale cache ends the run as a failure does. */
const add = async (batches: readonly Batch[], context: ExecuteContext): Promise<void> => {
  for (const some of batches.flatMap((batch) => chunks(batch))) {
    const { failures, stale } = await attempt(some, context);
    if (failures.length > 0) throw failures[0];
    if (stale) return;
  }
};

const attempt = async (
  steps: Batch,
  context: ExecuteContext,
): Promise<{ readonly failures: readonly unknown[]; readonly stale: boolean }> => {
  const results = await Promise.allSettled(steps.map(async (step) => write(step, context)));
  return {
    failures: results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : [])),
    stale: results.some((result) => result.status === 'fulfilled' && result.value === 'stale'),
  };
};

const write = async (step: Step, context: ExecuteContext): Promise<'done' | 'stale'> => {
  const target = step.op === 'create' ? step.child : step.target;
  try {
    return await send(step, context);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists', 'Conflict')) throw error;
    await refresh(target, context);
    return 'stale';
  }
};

const send = async (step: Step, context: ExecuteContext): Promise<'done' | 'stale'> => {
  const { cluster, children } = context;
  switch (step.op) {
    case 'delete': {
      const left = await cluster.delete(refOf(step.target), step.target.uid);
      if (left === undefined) {
        children.gone(step.target);
        return 'done';
      }
      // a finalizer keeps it, and whatever it allows: the next diff disarms it before anything is added
      children.wrote(step.target, left);
      return 'stale';
    }
    case 'disarm':
      children.wrote(step.target, await cluster.replace(step.target.kind.type, disarmed(step.target, step.content)));
      return 'done';
    case 'create':
    case 'replace': {
      if (context.owner === undefined) throw new Error('nothing is written for an owner that is gone');
      const filling = await filled(step.child, context);
      if (step.op === 'create') {
        children.wrote(
          step.child,
          await cluster.create(step.child.kind.type, created(step.child, context.owner, filling)),
        );
      } else {
        const object = replaced(step.child, context.owner, current(step.target, children), {
          ...filling,
          content: step.content,
        });
        children.wrote(step.child, await cluster.replace(step.child.kind.type, object));
      }
      return 'done';
    }
    default:
      return step satisfies never;
  }
};

/** The cache may have moved on by an earlier write of the same diff. */
const current = (target: Observed, children: Children): Observed => {
  const now = children.occupant(target);
  return now?.uid === target.uid ? now : target;
};

const NOTHING: Filling = { fields: {}, annotations: {} };

const filled = async ({ source }: Child, { cluster, children, now }: ExecuteContext): Promise<Filling> => {
  if (source.from === 'content') return NOTHING;
  const complete = source.fill;
  return complete({ cluster, uidOf: (child) => children.occupant(child)?.uid, now });
};

const created = (child: Child, owner: OwnerIdentity, { fields, annotations }: Filling): ReturnType<typeof body> => {
  const built = body(child, owner);
  return {
    ...built,
    ...fields,
    metadata: { ...built.metadata, annotations: { ...built.metadata.annotations, ...annotations } },
  };
};

const replaced = (
  child: Child,
  owner: OwnerIdentity,
  target: Observed,
  { content, ...filling }: Filling & { readonly content: Content },
): StoredIdentity => {
  const built = created({ ...child, content }, owner, filling);
  const foreign = foreignMetadata(child, owner, target);
  return {
    ...built,
    metadata: {
      ...built.metadata,
      uid: target.uid,
      resourceVersion: target.resourceVersion,
      labels: { ...foreign.labels, ...built.metadata.labels },
      annotations: { ...foreign.annotations, ...built.metadata.annotations },
      ...(target.meta.finalizers && { finalizers: target.meta.finalizers }),
    },
  };
};

const disarmed = ({ kind, namespace, meta, uid, resourceVersion }: Observed, content: Content): StoredIdentity => ({
  apiVersion: kind.type.group === '' ? kind.type.version : `${kind.type.group}/${kind.type.version}`,
  kind: kind.type.kind,
  metadata: { ...meta, ...(namespace === '' ? {} : { namespace }), uid, resourceVersion },
  ...content,
});

const refresh = async (target: Child | Observed, { cluster, children }: ExecuteContext): Promise<void> => {
  const known = children.occupant(target);
  const stored = await cluster.get(refOf(target));
  if (stored !== undefined) children.wrote(target, stored);
  else if (known !== undefined) children.gone(known);
};

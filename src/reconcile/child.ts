import type { Claim } from './names.ts';
import type { Cluster, ResourceType, StoredMeta, StoredObject } from '../cluster/port.ts';

/** The part of an object that we build and compare; JSON with a fixed order of fields. */
export type Content = Readonly<Record<string, unknown>>;

/** What the engine must know of a kind of object that custom resources are turned into. */
export interface ChildKind {
  readonly type: ResourceType;
  /** Order of writes that add; removals go the other way round. */
  readonly rank: number;
  /** Reads the content off a stored object. Never throws. */
  readonly content: (object: StoredObject) => Content;
  /** True when the API server refuses the change, so the object is deleted and created instead. */
  readonly immutable: (observed: Content, desired: Content) => boolean;
  /** Content that allows nothing which either of both does not allow. */
  readonly common: (observed: Content, desired: Content) => Content;
  /**
   * Content that allows nothing, for an object that a foreign finalizer keeps; undefined where no content of it allows anything.
   * That is undefined for what was never made by us, whatever it claims: what it allows is not ours to take.
   */
  readonly inert: ((observed: Content, name: string) => Content | undefined) | undefined;
  /** Label prefixes under which the presence of a foreign label changes what the object means. */
  readonly significantLabels: readonly string[];
  /** Whether an object of this name can belong to the owner that it claims; a claim alone makes no foreign object ours. */
  readonly belongs: (claim: Claim, meta: StoredMeta) => boolean;
  /** Foreign objects under this name prefix are cached too, so that a taken name is known before the write. */
  readonly namePrefix: string;
}

/** What a write that only IO can complete may use. */
export interface FillContext {
  readonly cluster: Pick<Cluster, 'get' | 'requestToken'>;
  /** The uid of a child as it is now, writes of this very run included. */
  readonly uidOf: (child: Pick<Child, 'kind' | 'namespace' | 'name'>) => string | undefined;
  readonly now: number;
}

/** Fields for the body of one write, a token for example. */
export interface Filling {
  readonly fields: Content;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An object that a custom resource wants to exist. */
export interface Child {
  readonly kind: ChildKind;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** What this child is for its owner, unique among the owner's; kept in an annotation. */
  readonly part: string;
  readonly content: Content;
  /** Fields that never change after creation, and so are written but not compared. */
  readonly fixed: Content;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** Where the body comes from. An object with the uid `replaces` has to go first. */
export type Source =
  | { readonly from: 'content'; readonly replaces?: string }
  /** From IO as well. Written when `due`; else what is there is known to be right. */
  | {
      readonly from: 'io';
      readonly replaces?: string;
      readonly due: boolean;
      readonly fill: (context: FillContext) => Promise<Filling>;
    };

export const CONTENT_ONLY: Source = { from: 'content' };

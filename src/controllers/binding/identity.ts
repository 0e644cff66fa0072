import type { ExtraEntry, UserBindingSpec } from '../../crds/index.ts';

/** Whom a UserBinding is about, as a target of impersonation. */
export type BoundIdentity =
  | {
      readonly kind: 'User';
      readonly name: string;
      readonly groups: readonly string[];
      readonly uids: readonly string[];
      readonly extra: readonly ExtraEntry[];
    }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

/** Undefined for a group: nobody can become one. */
export const boundIdentity = ({ subject, identity }: UserBindingSpec): BoundIdentity | undefined => {
  switch (subject.kind) {
    case 'User':
      return {
        kind: 'User',
        name: subject.name,
        groups: identity?.groups ?? [],
        uids: identity?.uid === undefined ? [] : [identity.uid],
        extra: identity?.extra ?? [],
      };
    case 'ServiceAccount':
      return { kind: 'ServiceAccount', namespace: subject.namespace ?? '', name: subject.name };
    case 'Group':
      return undefined;
    default:
      return subject.kind satisfies never;
  }
};

import type { ResourceType } from '../cluster/port.ts';

/** Which permissions to read the API server refuses the operator. */
export class RefusedPermissions {
  readonly #byType = new Map<string, string>();
  #text: string | undefined;

  /** In words, as `list roles.rbac.authorization.k8s.io`; undefined where none is refused. */
  get text(): string | undefined {
    return this.#text;
  }

  /** Takes what an informer is told; `verb` is undefined once it follows again. */
  take({ plural, group }: ResourceType, verb: string | undefined): void {
    if (verb === undefined) this.#byType.delete(plural);
    else this.#byType.set(plural, `${verb} ${plural}.${group}`);
    this.#text = this.#byType.size === 0 ? undefined : [...this.#byType.values()].toSorted().join(', ');
  }
}

import type { Reason } from '../../src/crds/reasons.ts';
import type { BindingSpec, GrantSpec } from '../oracle/objects.ts';
import type { Admin, Propagation, Stored } from './admin.ts';
import { AS_THEY_ARE, type Terms, inDialect, reasonOn } from './dialect.ts';
import { until, untilTrue } from './waiting.ts';

/** The spec of an object that a test stores; wider than what the oracle looks at. */
export type GrantInput = GrantSpec & { readonly credential?: CredentialInput; readonly reason?: string };
export type BindingInput = BindingSpec & {
  readonly credential?: CredentialInput;
  readonly roles?: readonly RoleInput[];
  readonly reason?: string;
};

export interface CredentialInput {
  readonly secretName?: string;
  readonly namespace?: string;
  readonly type?: 'Bound' | 'LongLived';
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly overlapSeconds?: number;
  readonly kubeconfig?: boolean;
  readonly secretTemplate?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface RoleInput {
  readonly roleRef?: { readonly kind: 'ClusterRole' | 'Role'; readonly name: string };
  readonly namespaces?: readonly string[];
  readonly rules?: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** The deep partial of a spec where null removes a field, for merge patches; lists are replaced as a whole. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Field in keyof T]?: Patch<Exclude<T[Field], undefined>> | null }
    : T;

interface Inputs {
  ImpersonationGrant: GrantInput;
  UserBinding: BindingInput;
}

/** One ImpersonationGrant or UserBinding of a test. */
export class CustomResource<Kind extends keyof Inputs = keyof Inputs> {
  readonly kind: Kind;
  readonly name: string;
  readonly #admin: Admin;
  readonly #terms: Terms;

  constructor(admin: Admin, kind: Kind, name: string, terms = AS_THEY_ARE) {
    this.#admin = admin;
    this.#terms = terms;
    this.kind = kind;
    this.name = name;
  }

  /** Creates it, or makes its spec exactly this one, in the dialect of the test. Waits for the reason unless it is null. */
  async apply(spec: Inputs[Kind], reason: Reason | null = 'Granted'): Promise<void> {
    const { kind, name } = this;
    const said = kind === 'ImpersonationGrant' ? inDialect(spec as GrantInput, this.#terms) : spec;
    await this.#admin.apply({ apiVersion: 'impersonation.dev/v1alpha1', kind, metadata: { name }, spec: said });
    await this.#until(reason);
  }

  /** Merges into the spec: null removes a field, a list replaces the list. Waits for the reason unless it is null. */
  async edit(spec: Patch<Inputs[Kind]>, reason: Reason | null = 'Granted'): Promise<void> {
    await this.#admin.patch(this.kind, this.name, { spec });
    await this.#until(reason);
  }

  async delete(propagation: Propagation = 'Background'): Promise<void> {
    await this.#admin.delete(this.kind, this.name, undefined, propagation);
  }

  /** Undefined when there is none. */
  async read(): Promise<Stored | undefined> {
    return this.#admin.get(this.kind, this.name);
  }

  async conditions(): Promise<readonly Condition[]> {
    return conditionsOf(await this.read());
  }

  /** Waits until the operator has seen the spec as it is, and Ready carries this reason, or the one that it is on this server. */
  async until(reason: Reason): Promise<Condition> {
    let last: unknown;
    return until(
      `${this.kind} "${this.name}" with reason ${reason}`,
      async () => {
        const object = await this.read();
        const ready = conditionsOf(object).find(({ type }) => type === 'Ready');
        last = object?.['status'];
        return ready?.reason === this.#expected(reason, object) &&
          ready.observedGeneration === object?.metadata.generation
          ? ready
          : undefined;
      },
      () => last,
    );
  }

  async untilGone(): Promise<void> {
    await untilTrue(`end of ${this.kind} "${this.name}"`, async () => (await this.read()) === undefined);
  }

  #expected(reason: Reason, object: Stored | undefined): Reason {
    const spec = object?.['spec'];
    return this.kind === 'ImpersonationGrant' && spec !== undefined
      ? reasonOn(reason, spec as GrantSpec, this.#terms)
      : reason;
  }

  async #until(reason: Reason | null): Promise<void> {
    if (reason !== null) await this.until(reason);
  }
}

const conditionsOf = (object: Stored | undefined): readonly Condition[] =>
  (object?.['status'] as { conditions?: readonly Condition[] } | undefined)?.conditions ?? [];

export const objectsOf = (
  object: Stored | undefined,
): readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[] =>
  (object?.['status'] as { objects?: [] } | undefined)?.objects ?? [];

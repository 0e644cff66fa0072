import { Elector } from '../../../src/runtime/leader-election.ts';
import { wire, type Fault, type LeaseServer } from './lease-server.ts';
import { Machine, type World } from './world.ts';

export const timing = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 } as const;

export interface ReplicaOptions {
  readonly world: World;
  readonly server: LeaseServer;
  readonly identity: string;
  readonly fault: () => Fault;
  readonly rate?: number;
  readonly wallOffset?: number;
  readonly leaseDurationMs?: number;
  /** After which a request fails, whatever becomes of it. */
  readonly timeoutMs?: number;
}

/** One process that stands for election. */
export class Replica {
  readonly identity: string;
  readonly machine: Machine;
  readonly elector: Elector;
  /** What it was told, in order. */
  readonly told: ('started' | 'stopped')[] = [];
  readonly warnings: string[] = [];

  constructor({ world, server, identity, fault, timeoutMs = timing.renewDeadlineMs / 4, ...options }: ReplicaOptions) {
    this.identity = identity;
    this.machine = new Machine(world, options);
    this.elector = new Elector({
      ...timing,
      ...(options.leaseDurationMs !== undefined && { leaseDurationMs: options.leaseDurationMs }),
      leases: wire({ world, server, machine: this.machine, timeoutMs }, fault),
      lease: { namespace: 'impersonation-system', name: 'impersonation-operator' },
      identity,
      clock: this.machine,
      random: () => 0.5,
      onStarted: () => this.told.push('started'),
      onStopped: () => this.told.push('stopped'),
      logger: { info: () => {}, warn: (_fields: object, text?: string) => this.warnings.push(text ?? '') },
    });
    this.elector.start();
  }

  get mayWrite(): boolean {
    return this.machine.isAlive && this.elector.mayWrite();
  }

  /** Begins to shut down; it ends when the world runs on. */
  stop(): void {
    this.machine.run(() => void this.elector.stop());
  }
}

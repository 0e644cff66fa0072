/** One Pod from the moment it is bound to the node until it is gone. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from '../integration/admin.ts';
import { RunningContainer } from './container.ts';
import type { Image } from './image.ts';
import type { Container, Pod } from './pod-object.ts';
import { writeVolumes } from './volumes.ts';

export interface PodOptions {
  readonly admin: Admin;
  readonly server: URL;
  /** Undefined for an image that cannot be pulled. */
  readonly image: (name: string) => Image | undefined;
  /** Of the node; the Pod gets one below it. */
  readonly directory: string;
}

const PERIOD_MS = 200;

/** What a kubelet would write into the status; the rest follows from it. */
interface Observed {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly ready: boolean;
  readonly state: Readonly<Record<string, unknown>>;
}

export class PodOnNode {
  readonly pod: Pod;
  readonly #options: PodOptions;
  readonly #directory: string;
  /** Of `run`; one that was never started has ended. */
  #ended: Promise<void> = Promise.resolve();
  #process: RunningContainer | undefined;
  #restarts = 0;
  #observed = '';
  #isEnding = false;
  #log = '';

  constructor(pod: Pod, options: PodOptions) {
    this.pod = pod;
    this.#options = options;
    this.#directory = join(options.directory, pod.metadata.uid);
  }

  /** What every run of its program printed. */
  get log(): string {
    return this.#log + (this.#process?.log ?? '');
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Where a port of the container is reached. */
  url(containerPort: number): string {
    return this.#process?.url(containerPort) ?? '';
  }

  /** Runs it until `terminate`, or until its program has ended for good. */
  start(): void {
    this.#ended = this.#run();
  }

  /** SIGTERM, SIGKILL after its grace period; then the object goes. */
  async terminate(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#process?.terminate();
    const graceMs = this.pod.spec.terminationGracePeriodSeconds * 1000;
    await Promise.race([this.#ended, delay(graceMs, undefined, { ref: false })]);
    await this.kill();
    const { name, namespace, uid } = this.pod.metadata;
    await this.#options.admin.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, {
      body: { gracePeriodSeconds: 0, preconditions: { uid } },
    });
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** At once, as when the machine fails. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    await this.#process?.kill();
    await this.#ended;
  }

  /** SIGKILL to its program alone, as when the memory runs out. */
  async crash(): Promise<void> {
    await this.#process?.kill();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    try {
      while (!this.#isEnding && (await this.#runOnce())) this.#restarts += 1;
    } catch (error) {
      this.#log += `${String(error)}\n`;
    }
  }

  /** One run of the program; whether it is to be started again. */
  async #runOnce(): Promise<boolean> {
    const { pod } = this;
    const [container] = pod.spec.containers;
    if (container === undefined || pod.spec.containers.length > 1) throw new Error('one container a Pod is known');
    const image = this.#options.image(container.image);
    if (image === undefined) {
      await this.#report(container, waiting('Pending', 'ErrImagePull', `there is no image ${container.image}`));
      await delay(PERIOD_MS);
      return true;
    }
    const volumes = await writeVolumes(pod, this.#options.admin, this.#directory);
    this.#log += this.#process?.log ?? '';
    const started = await RunningContainer.start({ pod, container, image, volumes, server: this.#options.server });
    this.#process = started;
    if (this.#isEnding) started.terminate();
    await this.#watch(started, container);
    return this.#judge(container, await started.exited);
  }

  /** Probes until the process has ended, by itself or because it is not alive. */
  async #watch(running: RunningContainer, container: Container): Promise<void> {
    const { livenessProbe, readinessProbe } = container;
    const startedAt = performance.now();
    let failures = 0;
    while (running.exitStatus === undefined) {
      const ready = await running.passes(readinessProbe);
      await this.#report(container, { phase: 'Running', ready, state: { running: {} } });
      const isYoung = performance.now() - startedAt < (livenessProbe?.initialDelaySeconds ?? 0) * 1000;
      failures = isYoung || (await running.passes(livenessProbe)) ? 0 : failures + 1;
      if (failures >= (livenessProbe?.failureThreshold ?? 3)) await running.kill();
      await delay(PERIOD_MS);
    }
  }

  async #judge(container: Container, exitCode: number): Promise<boolean> {
    const { restartPolicy } = this.pod.spec;
    const again = restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
    const state = { terminated: { exitCode } };
    if (again) await this.#report(container, waiting('Running', 'CrashLoopBackOff', `ended with ${exitCode}`));
    else await this.#report(container, { phase: exitCode === 0 ? 'Succeeded' : 'Failed', ready: false, state });
    if (again && !this.#isEnding) await delay(1000);
    return again;
  }

  async #report(container: Container, observed: Observed): Promise<void> {
    const text = JSON.stringify([observed, this.#restarts]);
    if (text === this.#observed) return;
    const { name, namespace } = this.pod.metadata;
    const answer = await this.#options.admin.send('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      type: 'application/merge-patch+json',
      body: { status: statusOf(container, observed, this.#restarts) },
    });
    if (answer.status < 300) this.#observed = text;
  }
}

const waiting = (phase: Observed['phase'], reason: string, message: string): Observed => ({
  phase,
  ready: false,
  state: { waiting: { reason, message } },
});

const statusOf = ({ name, image }: Container, { phase, ready, state }: Observed, restartCount: number): unknown => {
  const lastTransitionTime = new Date().toISOString();
  const condition = (type: string, status: boolean): unknown => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime,
  });
  return {
    phase,
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: [{ name, image, imageID: image, ready, started: phase === 'Running', restartCount, state }],
  };
};

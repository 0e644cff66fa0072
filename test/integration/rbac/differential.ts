/** Loads worlds side by side, asks both servers every question of them, and compares each answer with that of the evaluator. */
import * as fc from 'fast-check';
import type { AccessIndex, ImpersonationMode } from '../../../src/rbac/index.ts';
import { type Evaluated, answerFault, auditFault, evaluated } from './answers.ts';
import { type Said, ask } from './asking.ts';
import type { Lab, Server } from './lab.ts';
import { createNamespaces, load } from './loading.ts';
import { inParallel } from './parallel.ts';
import { type Question, type World, named, world } from './worlds.ts';

/** Where evaluator and server differ, in the words of the world as it was made. */
export interface Difference {
  readonly world: World;
  /** Which of its questions. */
  readonly asked: number;
  readonly server: string;
  readonly fault: string;
}

/** How often each answer was given, by server: `with the gate: Allowed user-info`. */
export type Tally = Map<string, number>;

/** Worlds that lie side by side at one time; each has two namespaces to itself. */
export const SIDE_BY_SIDE = 100;
const ASKERS = 8;

interface Asked {
  readonly server: Server;
  readonly world: World;
  readonly question: Question;
  readonly number: number;
  readonly answer: Evaluated;
  readonly said: Said;
  readonly auditId: string;
}

const slotName = (slot: number): string => `s${slot}-`;
const NAMESPACES = Array.from({ length: SIDE_BY_SIDE }, (_, slot) => [
  `${slotName(slot)}a`,
  `${slotName(slot)}b`,
]).flat();

/** The numbers of the questions of each caller: they are asked one after the other, for the server tries first what succeeded last. */
const conversationsIn = ({ questions }: World): number[][] => [
  ...Map.groupBy(questions.keys(), (number) => questions[number]?.caller.name).values(),
];

export class Differential {
  readonly tally: Tally = new Map();
  readonly #lab: Lab;
  #worlds = 0;
  #requests = 0;

  private constructor(lab: Lab) {
    this.#lab = lab;
  }

  static async on(lab: Lab): Promise<Differential> {
    await createNamespaces(lab, NAMESPACES);
    return new Differential(lab);
  }

  /** At most `SIDE_BY_SIDE` worlds. @returns the differences in all of them. */
  async compare(worlds: readonly World[]): Promise<Difference[]> {
    const those = worlds.map((one, slot) => {
      this.#worlds += 1;
      return { abstract: one, real: named(one, `w${this.#worlds}-`, slotName(slot)) };
    });
    const index = await load(
      this.#lab,
      NAMESPACES,
      those.flatMap(({ real }) => real.objects),
    );
    const asked: Asked[] = [];
    const servers = [this.#lab.on, this.#lab.off];
    const conversations = those.flatMap((one) =>
      servers.flatMap((server) => conversationsIn(one.real).map((numbers) => Object.assign({ server, numbers }, one))),
    );
    await inParallel(ASKERS, conversations, async ({ abstract, real, server, numbers }) => {
      let lastMode: ImpersonationMode | undefined;
      for (const number of numbers) {
        const question = real.questions[number];
        if (question === undefined) continue;
        const answer = evaluated(index, question, server.constrained, lastMode);
        if ('mode' in answer) lastMode = answer.mode;
        this.#requests += 1;
        const auditId = `question-${this.#requests}`;
        asked.push({
          server,
          world: abstract,
          question,
          number,
          answer,
          said: await ask(server, question, auditId),
          auditId,
        });
        this.#count(server, answer);
      }
    });
    return (await Promise.all(servers.map(async (server) => this.#differences(index, server, asked)))).flat();
  }

  async #differences(index: AccessIndex, server: Server, all: readonly Asked[]): Promise<Difference[]> {
    const own = all.filter((each) => each.server === server);
    const events = await server.audit.eventsOf(new Set(own.map(({ auditId }) => auditId)));
    return own.flatMap(({ world: one, question, number, answer, said, auditId }) => {
      const event = events.get(auditId);
      const fault = answerFault(question, answer, said) ?? (event && auditFault(index, question, answer, event));
      return fault === undefined ? [] : [{ world: one, asked: number, server: server.name, fault }];
    });
  }

  #count({ name }: Server, answer: Evaluated): void {
    const key = `${name}: ${answer.kind}${'mode' in answer ? ` ${answer.mode}` : ''}`;
    this.tally.set(key, (this.tally.get(key) ?? 0) + 1);
  }
}

/** The worlds of one batch of a run: always the same for the same seed. */
export const worldsOf = (seed: number, batch: number, count: number): World[] =>
  fc.sample(world, { seed: seed + batch, numRuns: count });

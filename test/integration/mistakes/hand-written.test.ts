/** What each mistake does on the real API server, asked with real tokens, beside the rules that would be right. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlPlane } from '../../../dev/control-plane/start.ts';
import { startControlPlane } from '../../../dev/control-plane/start.ts';
import { Admin } from '../admin.ts';
import { planeOfWorker } from '../connection.ts';
import { MISTAKES } from './catalogue/index.ts';
import { HandWrittenRules, type Verdict } from './hand-written.ts';
import type { Ask, Effect, Mistake } from './mistake.ts';

const titled = MISTAKES.map((mistake) => [mistake.title, mistake] as const);

/** The wrong rules of all mistakes and the right ones, each with callers of their own. */
class Both {
  readonly wrong: HandWrittenRules;
  readonly right: HandWrittenRules;

  constructor(admin: Admin) {
    this.wrong = new HandWrittenRules(admin, 'wrong');
    this.right = new HandWrittenRules(admin, 'right');
  }

  async load(): Promise<void> {
    for (const side of ['wrong', 'right'] as const) {
      await this[side].start();
      for (const [index, mistake] of MISTAKES.entries()) await this[side].write(`caller-${index}`, mistake[side]);
      await this[side].known();
    }
  }

  async ask(side: 'wrong' | 'right', mistake: Mistake, asks: readonly Ask[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const ask of asks) verdicts.push(await this[side].ask(`caller-${MISTAKES.indexOf(mistake)}`, ask));
    return verdicts;
  }

  async remove(): Promise<void> {
    await this.wrong.remove();
    await this.right.remove();
  }
}

const all = (asks: readonly Ask[], verdict: Verdict): Verdict[] => asks.map(() => verdict);

interface Seen {
  readonly effect: Effect | 'None';
  readonly right: { readonly meant: readonly Verdict[]; readonly unmeant: readonly Verdict[] } | 'nothing';
}

/** What the server answers. */
const seen = async (both: Both, mistake: Mistake): Promise<Seen> => {
  const { meant, unmeant, right } = mistake;
  const refused = (await both.ask('wrong', mistake, meant)).includes('denied');
  const allowed = unmeant.length > 0 && !(await both.ask('wrong', mistake, unmeant)).includes('denied');
  return {
    effect: refused ? (allowed ? 'Inert and too wide' : 'Inert') : allowed ? 'Too wide' : 'None',
    right:
      right.length === 0
        ? 'nothing'
        : { meant: await both.ask('right', mistake, meant), unmeant: await both.ask('right', mistake, unmeant) },
  };
};

/** What the catalogue says. */
const said = ({ effect, meant, unmeant, right }: Mistake): Seen => ({
  effect,
  right: right.length === 0 ? 'nothing' : { meant: all(meant, 'allowed'), unmeant: all(unmeant, 'denied') },
});

describe('with constrained impersonation in the server', () => {
  const admin = new Admin(planeOfWorker());
  const both = new Both(admin);
  beforeAll(async () => both.load());
  afterAll(async () => {
    await both.remove();
    await admin.close();
  });

  test.for(titled)('%s', async ([, mistake]) => {
    expect(await seen(both, mistake)).toEqual(said(mistake));
  });

  test.for(titled.filter(([, { right }]) => right.length === 0))('%s: all the rest is allowed', async ([, mistake]) => {
    const [first, ...rest] = await both.ask('wrong', mistake, mistake.meant);
    expect({ first, rest }).toEqual({ first: 'allowed', rest: all(mistake.meant.slice(1), 'denied') });
  });
});

describe('without it', () => {
  let controlPlane: ControlPlane;
  let admin: Admin;
  let both: Both;
  beforeAll(async () => {
    const { binaries } = planeOfWorker();
    controlPlane = await startControlPlane({ binaries, featureGates: { ConstrainedImpersonation: false } });
    admin = new Admin(controlPlane);
    both = new Both(admin);
    await both.load();
  });
  afterAll(async () => {
    await admin.close();
    await controlPlane.stop();
  });

  test.for(titled.filter(([, { dialect }]) => dialect === 'legacy'))('%s', async ([, mistake]) => {
    expect(await seen(both, mistake)).toEqual(said(mistake));
  });

  test.for(titled.filter(([, { dialect }]) => dialect === 'constrained'))(
    '%s: not even the right rules do anything',
    async ([, mistake]) => {
      const impersonated = mistake.meant.filter(({ as }) => as.user !== undefined);
      expect(await both.ask('right', mistake, impersonated)).toEqual(all(impersonated, 'denied'));
    },
  );

  test('a review says that constrained rules allow something, though they do not', async () => {
    const verb = 'impersonate:user-info';
    const title = 'An identity without an action';
    const user = both.wrong.userOf(`caller-${MISTAKES.findIndex((mistake) => mistake.title === title)}`);
    const resourceAttributes = { group: 'authentication.k8s.io', resource: 'users', name: 'jane', verb };
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes },
    };
    const answer = await admin.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body });
    expect(JSON.parse(answer.body)).toMatchObject({ status: { allowed: true } });
  });
});

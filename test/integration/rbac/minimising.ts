/** Makes a world small in which evaluator and server differ. */
import { stringify } from 'yaml';
import { type Difference, type Differential, SIDE_BY_SIDE } from './differential.ts';
import type { World } from './worlds.ts';

const without = <T>(items: readonly T[], index: number): T[] => items.filter((_, each) => each !== index);

/** The same world with one thing less: a whole object, a subject, a rule, or one of a rule's words. */
const smaller = (world: World): World[] => {
  const changed = (index: number, change: object): World => ({
    ...world,
    objects: world.objects.map((object, each) => (each === index ? { ...object, ...change } : object)),
  });
  const wholes = world.objects.map((_, index) => ({ ...world, objects: without(world.objects, index) }));
  const parts = world.objects.flatMap(({ rules = [], subjects = [] }, index) => [
    ...rules.map((_, each) => changed(index, { rules: without(rules, each) })),
    ...subjects.map((_, each) => changed(index, { subjects: without(subjects, each) })),
  ]);
  const headers = world.questions.flatMap((question, index) =>
    question.headers.map((_, each) => ({
      ...world,
      questions: world.questions.map((other, at) =>
        at === index ? { ...other, headers: without(other.headers, each) } : other,
      ),
    })),
  );
  const questions = world.questions
    .slice(0, -1)
    .map((_, index): World => ({ objects: world.objects, questions: without(world.questions, index) }));
  return [...questions, ...wholes, ...parts, ...headers];
};

/** Only the questions of that caller, up to the one that was answered differently. */
const beginning = ({ world, asked }: Difference): World => {
  const name = world.questions[asked]?.caller.name;
  return { ...world, questions: world.questions.slice(0, asked + 1).filter(({ caller }) => caller.name === name) };
};

/** Tries each smaller world under new names; ends where all of them agree. */
export const minimised = async (differential: Differential, difference: Difference): Promise<Difference> => {
  let smallest = difference;
  let candidates = [beginning(difference)];
  while (candidates.length > 0) {
    const [found] = await differential.compare(candidates.slice(0, SIDE_BY_SIDE));
    if (found === undefined) candidates = candidates.slice(SIDE_BY_SIDE);
    else {
      smallest = { ...found, asked: found.world.questions.length - 1 };
      candidates = smaller(found.world);
    }
  }
  return smallest;
};

/** For people: `~` and `^` stand for the names of one world and its namespaces. */
export const differenceText = ({ world, asked, server, fault }: Difference): string =>
  [
    `the API server ${server} and the evaluator differ: ${fault}`,
    stringify(
      { questions: world.questions.slice(0, asked + 1), objects: world.objects },
      { aliasDuplicateObjects: false },
    ),
  ].join('\n');

import { z } from 'zod';
import { mapBy, maxLength } from './keywords.ts';
import { ruled } from './rule.ts';
import { instant, listOf } from './text.ts';

const bounded = (length: number) => ruled(z.string(), maxLength(length));

const generation = () => ruled(z.int(), { keywords: { format: 'int64' } });

/** As metav1.Condition; type and reason are open here, so that an older CRD never refuses what a newer operator says. */
const condition = z.object({
  type: bounded(316).describe('What is told; see the conditions below.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('True, False or Unknown.'),
  reason: bounded(1024).describe('Why, in one word; see the reasons below.'),
  message: bounded(32_768).describe('Why, for people: what is the matter and who can change it.'),
  observedGeneration: generation().describe('The generation of the spec that this is about.').exactOptional(),
  lastTransitionTime: instant().describe('When status changed last.'),
});

const childObject = z.object({
  kind: bounded(63).describe('Its kind.'),
  namespace: bounded(63).describe('Its namespace; absent if it has none.').exactOptional(),
  // the name of a custom resource and that of a role, each up to 253, with words between them
  name: bounded(1024).describe('Its name.'),
});

const issued = z.object({
  namespace: bounded(63).describe('Namespace of the Secret.'),
  secretName: bounded(253).describe('Name of the Secret.'),
  expirationTimestamp: instant().describe('When the token ends; absent for LongLived.').exactOptional(),
});

export const status = z.object({
  observedGeneration: generation()
    .default(-1)
    .describe('The generation of the spec that was worked on last; -1 before the first.'),
  conditions: ruled(z.array(condition).max(16), mapBy('type')).describe('How it stands.').exactOptional(),
  mode: z.enum(['Legacy', 'Constrained']).describe('The mode of impersonation that the spec comes to.').exactOptional(),
  subjects: bounded(1024).describe('Who holds the grant, in short.').exactOptional(),
  targets: bounded(1024).describe('What is granted, in short.').exactOptional(),
  objects: listOf(childObject, 512).describe('What was made. Output only: never read back.').exactOptional(),
  credential: issued.describe('The token Secret.').exactOptional(),
  lastHandledVerifyAt: bounded(256)
    .describe(
      'The value of the annotation verify.impersonation.dev/requestedAt that was answered last, by the condition Verified.',
    )
    .exactOptional(),
});

export type Status = z.output<typeof status>;
export type Condition = z.output<typeof condition>;

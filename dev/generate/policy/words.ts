import { API_GROUP, type CustomResource } from '../../../src/crds/resource.ts';
import { celString } from '../../../src/crds/rule.ts';
import { OVERRIDE_VERB } from './conditions.ts';
import type { PolicyValidation, Variable } from './policy.ts';

/** Variables that messages are made of; none of them may touch `authorizer`, or the message is lost. */
export const wordsFor = ({ plural }: CustomResource): readonly Variable[] => [
  {
    name: 'who',
    expression: `': user "' + request.userInfo.username + '" may pass on only what that user holds, and lacks '`,
  },
  {
    name: 'help',
    expression:
      `'. An administrator can bind a role with this permission to that user;' +` +
      ` ' or one with the verb "${OVERRIDE_VERB}" on ${plural} "' + object.metadata.name + '" (API group ${API_GROUP}), which allows any content'`,
  },
];

/** Refuses where `expression` does not hold; `field` is a literal, `lacked` an expression. */
export const lacking = (expression: string, field: string, lacked: string): PolicyValidation => ({
  expression,
  messageExpression: `${celString(field)} + variables.who + ${lacked} + variables.help`,
});

/** An API group in a message. */
export const groupText = (group: string): string => celString(` (API group ${group === '' ? '""' : group})`);

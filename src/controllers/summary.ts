const SHOWN = 3;
const LONGEST = 1024;

/** A list for one column of `kubectl get`. */
export const short = (names: readonly string[]): string => {
  const rest = names.length - SHOWN;
  const text = names.slice(0, SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  // half a character would come back as another one, and be written again and again
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
};

export const subjectText = ({
  kind,
  namespace,
  name,
}: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

import { binding, grant, refused } from './row.ts';
import type { Row } from './row.ts';

const VISIBLE = 'must be visible text: not empty';
const FILLER = 'must be visible text: no filler';
const EXACT = 'must be one exact name';

/** What is refused in every name, told by its code points. */
const BAD: readonly (readonly [what: string, name: string, says: string])[] = [
  ['an empty string', '', VISIBLE],
  ['a space', ' ', VISIBLE],
  ['a leading space', ' jane', VISIBLE],
  ['a trailing space', 'jane ', VISIBLE],
  ['a tab', 'ja\tne', VISIBLE],
  ['a line feed', 'ja\nne', VISIBLE],
  ['a trailing line feed', 'jane\n', VISIBLE],
  ['a carriage return', 'jane\r', VISIBLE],
  ['a NUL', 'jane\0', VISIBLE],
  ['a DEL', 'ja\u{7F}ne', VISIBLE],
  ['a C1 control', 'ja\u{85}ne', VISIBLE],
  ['a no-break space inside', 'ja\u{A0}ne', VISIBLE],
  ['an ideographic space inside', 'ja\u{3000}ne', VISIBLE],
  ['a thin space at the end', 'jane\u{2009}', VISIBLE],
  ['a narrow no-break space', 'ja\u{202F}ne', VISIBLE],
  ['an Ogham space mark', 'ja\u{1680}ne', VISIBLE],
  ['a line separator', 'ja\u{2028}ne', VISIBLE],
  ['a paragraph separator', 'ja\u{2029}ne', VISIBLE],
  ['a soft hyphen', 'ja\u{AD}ne', VISIBLE],
  ['a zero-width space', 'ja\u{200B}ne', VISIBLE],
  ['a zero-width joiner', 'jane\u{200D}', VISIBLE],
  ['a word joiner', 'ja\u{2060}ne', VISIBLE],
  ['a byte order mark', '\u{FEFF}jane', VISIBLE],
  ['a right-to-left mark', 'jane\u{200F}', VISIBLE],
  ['a right-to-left override', 'ja\u{202E}ne', VISIBLE],
  ['a first strong isolate', 'ja\u{2068}ne', VISIBLE],
  ['an Arabic letter mark', 'ja\u{61C}ne', VISIBLE],
  ['a tag letter', 'jane\u{E0061}', VISIBLE],
  ['a private-use character', 'jane\u{E000}', VISIBLE],
  ['a noncharacter', 'jane\u{FFFF}', VISIBLE],
  ['a Hangul choseong filler', 'ja\u{115F}ne', FILLER],
  ['a Hangul jungseong filler', 'ja\u{1160}ne', FILLER],
  ['a Hangul filler alone', '\u{3164}', FILLER],
  ['a halfwidth Hangul filler', 'jane\u{FFA0}', FILLER],
  ['a combining grapheme joiner', 'ja\u{34F}ne', FILLER],
  ['a Khmer inherent vowel', 'jane\u{17B4}', FILLER],
  ['a Mongolian variation selector', 'jane\u{180B}', FILLER],
  ['a variation selector', 'jane\u{FE0F}', FILLER],
  ['a supplementary variation selector', 'jane\u{E0100}', FILLER],
  ['a blank braille pattern', 'ja\u{2800}ne', FILLER],
  ['an object replacement character', 'jane\u{FFFC}', FILLER],
  ['a replacement character', 'jane\u{FFFD}', FILLER],
  ['an asterisk alone', '*', EXACT],
  ['an asterisk at the end', 'team-*', EXACT],
  ['an asterisk inside', 'ja*ne', EXACT],
];

/** Taken as they are: they differ by their bytes from what they look like, and are granted as what they are. */
const GOOD: readonly (readonly [what: string, name: string])[] = [
  ['a mail address', 'jane@example.com'],
  ['an OIDC prefix', 'oidc:https://idp.example.com#jane'],
  ['spaces inside', 'Jane  van der Berg'],
  ['one letter', 'j'],
  ['capitals', 'JANE'],
  ['non-ASCII letters', 'Jürgen Öztürk'],
  ['a combining mark', 'Ju\u{308}rgen'],
  ['Han', '王小明'],
  ['an emoji', '🦊'],
  ['a Cyrillic look-alike of j', '\u{458}ane'],
  ['a full-width look-alike', '\u{FF4A}ane'],
  ['a Cyrillic look-alike of system:masters', '\u{455}ystem:masters'],
  ['a full-width colon', 'system\u{FF1A}masters'],
  ['system:masters in capitals', 'SYSTEM:MASTERS'],
  ['a full-width asterisk', '\u{FF0A}'],
  ['an asterisk operator', '\u{2217}'],
  ['quotation marks and a backslash', String.raw`ja"n'e\ `.trim()],
  ['a slash and a percent sign', 'corp/jane%40'],
  ['a brace, as in a template', '{self}'],
];

const user = (name: string) => ({ impersonate: { users: ['bob', name] } });

export const textRows: readonly Row[] = [
  ...BAD.map(([what, name, says]) =>
    grant(`a user with ${what} is refused`, user(name), refused('spec.impersonate.users[1]', says)),
  ),
  ...GOOD.map(([what, name]) => grant(`a user with ${what} is taken`, user(name))),
  ...['🦊', 'é', 'x'].flatMap((letter) => [
    grant(`256 times ${letter} is taken, whatever its bytes`, user(letter.repeat(256))),
    grant(`257 times ${letter} is refused`, user(letter.repeat(257)), refused('spec.impersonate.users[1]')),
  ]),
];

/** Wherever a name is written, with the object that holds it. */
const PLACES: readonly (readonly [field: string, holder: (name: string) => Row])[] = [
  ['spec.subjects[0].name', (name) => grant('', { subjects: [{ kind: 'User', name }] })],
  ['spec.impersonate.groups[0]', (name) => grant('', { impersonate: { users: ['jane'], groups: [name] } })],
  ['spec.impersonate.uids[0]', (name) => grant('', { impersonate: { users: ['jane'], uids: [name] } })],
  [
    'spec.impersonate.extra[0].values[0]',
    (name) => grant('', { impersonate: { users: ['jane'], extra: [{ key: 'acme.io/team', values: [name] }] } }),
  ],
  ['spec.credential.audiences[0]', (name) => grant('', { credential: { secretName: 'bot', audiences: [name] } })],
  ['spec.subject.name', (name) => binding('', { subject: { kind: 'Group', name } })],
  ['spec.identity.groups[0]', (name) => binding('', { identity: { groups: [name] } })],
  ['spec.identity.uid', (name) => binding('', { identity: { uid: name } })],
  [
    'spec.identity.extra[0].values[0]',
    (name) => binding('', { identity: { extra: [{ key: 'team', values: [name] }] } }),
  ],
  ['spec.roles[0].roleRef.name', (name) => binding('', { roles: [{ roleRef: { kind: 'ClusterRole', name } }] })],
  ['spec.credential.audiences[0]', (name) => binding('', { credential: { audiences: [name] } })],
];

const placed = ([field, holder]: (typeof PLACES)[number], name: string, what: string, says: string): Row => {
  const made = holder(name);
  return { ...made, claim: `${what} in ${made.kind} ${field} is refused`, refused: refused(field, says) };
};

export const placeRows: readonly Row[] = [
  ...PLACES.flatMap((place) => [
    placed(place, '', 'an empty string', VISIBLE),
    placed(place, 'a\u{200B}b', 'a zero-width space', VISIBLE),
    placed(place, 'a\u{3164}b', 'a Hangul filler', FILLER),
    placed(place, 'a*', 'an asterisk', EXACT),
  ]),
  grant('a reason may hold an asterisk', { reason: 'ticket *123*' }),
  grant('an empty reason is refused', { reason: '' }, refused('spec.reason', VISIBLE)),
  grant('a reason in two lines is refused', { reason: 'a\nb' }, refused('spec.reason', VISIBLE)),
  grant('a reason with a filler is refused', { reason: 'a\u{2800}b' }, refused('spec.reason', FILLER)),
  binding('a reason that turns the text around is refused', { reason: 'a\u{202E}b' }, refused('spec.reason', VISIBLE)),
  binding('a reason of a binding with a filler is refused', { reason: 'a\u{115F}b' }, refused('spec.reason', FILLER)),
  grant(
    'a lone surrogate is refused',
    user('jane\u{D800}'),
    refused('spec.impersonate.users[1]', 'must be visible text'),
  ),
];

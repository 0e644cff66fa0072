import { beforeEach, expect, test } from 'vitest';
import type { StoredObject } from '../../src/cluster/port.ts';
import { CLUSTER_ROLE } from '../../src/controllers/kinds.ts';
import { type Key, keyOf } from '../../src/reconcile/children.ts';
import { projection } from '../../src/reconcile/observed.ts';
import { PRIORITY, type Priority } from '../../src/reconcile/queue.ts';
import { type SignalSource, Triggers } from '../../src/reconcile/triggers.ts';
import { ModelInformer } from './model/informer.ts';
import { OWNER, pair } from './model/samples.ts';
import { ScriptedController, bindingsOf, grantRef, grantsOf, setGrant } from './model/scripted.ts';
import { Store } from './model/store.ts';
import { body } from '../../src/reconcile/ownership.ts';

const WORDS = Object.fromEntries(Object.entries(PRIORITY).map(([word, priority]) => [priority, word]));

let store: Store;
let triggers: Triggers;
let added: string[];
let signal: Parameters<SignalSource['onSignal']>[0];
const customs = () => grantsOf(store);
let grants: ReturnType<typeof customs>;

beforeEach(() => {
  store = new Store();
  added = [];
  grants = customs();
  const bindings = Object.assign(new ScriptedController(), { kind: 'UserBinding' });
  triggers = new Triggers(
    {
      watched: [
        { controller: new ScriptedController(), customs: grants },
        { controller: bindings, customs: bindingsOf(store) },
      ],
      childCaches: [
        {
          kind: CLUSTER_ROLE,
          namespace: undefined,
          informer: new ModelInformer(store, { type: CLUSTER_ROLE.type, project: projection(CLUSTER_ROLE) }),
        },
      ],
      others: [],
      signals: [{ source: { onSignal: (listener) => (signal = listener) }, priority: PRIORITY.sweep }],
    },
    { add: (key: Key, priority: Priority) => added.push(`${WORDS[priority]} ${keyOf(key)}`) },
  );
});

const told = (): string[] => added.splice(0);

const reader: Key = { kind: 'UserBinding', name: 'reader' };
/** Somebody whose plan read the grant. */
const read = (): void => {
  triggers.dependencies.begin(reader);
  triggers.dependencies.end(reader, [grantRef('g')]);
};

const edit = (change: (object: StoredObject) => Partial<StoredObject>): void => {
  store.edit(grantRef('g'), (object) => ({ ...object, ...change(object) }));
};

test('a new custom resource takes nothing away, so it waits its turn; whoever waited for it is woken', () => {
  read();
  setGrant(store, 'g');
  expect(told()).toEqual(['change ImpersonationGrant/g', 'revoke UserBinding/reader']);
});

test('an edit of the spec may take rights away: it goes first, and wakes whoever read it', () => {
  setGrant(store, 'g');
  read();
  told();
  setGrant(store, 'g', { edited: true });
  expect(told()).toEqual(['revoke ImpersonationGrant/g', 'revoke UserBinding/reader']);
});

test('so does the beginning of a deletion, and its end', () => {
  setGrant(store, 'g');
  read();
  told();
  edit(({ metadata }) => ({ metadata: { ...metadata, finalizers: ['acme.io/keep'] } }));
  expect(told()).toEqual(['change ImpersonationGrant/g']);
  store.delete(grantRef('g'));
  expect(told()).toEqual(['revoke ImpersonationGrant/g', 'revoke UserBinding/reader']);
  edit(({ metadata }) => ({ metadata: { ...metadata, finalizers: [] } }));
  expect(told()).toEqual(['revoke ImpersonationGrant/g', 'revoke UserBinding/reader']);
});

test('a status that somebody else wrote is looked at, and means nothing to those who read the spec', () => {
  const { metadata } = setGrant(store, 'g');
  read();
  told();
  const status = { observedGeneration: 7 };
  store.replaceStatus(grantRef('g').type, {
    apiVersion: 'impersonation.dev/v1alpha1',
    kind: 'ImpersonationGrant',
    metadata,
    status,
  });
  expect(told()).toEqual(['change ImpersonationGrant/g']);
});

test('an answer to a write of ours is no reason to look again', () => {
  const { metadata } = setGrant(store, 'g');
  told();
  grants.lagging = true;
  const object = {
    apiVersion: 'impersonation.dev/v1alpha1',
    kind: 'ImpersonationGrant',
    metadata,
    status: { observedGeneration: 1 },
  };
  triggers.wrote(grants, store.replaceStatus(grantRef('g').type, object));
  grants.lagging = false;
  grants.deliver();
  expect(told()).toEqual([]);
});

test('a custom resource that was deleted and made anew between two looks is another one', () => {
  setGrant(store, 'g');
  read();
  told();
  grants.lagging = true;
  store.delete(grantRef('g'));
  setGrant(store, 'g');
  grants.lagging = false;
  grants.deliver();
  expect(told()).toContain('revoke ImpersonationGrant/g');
});

test('an object of ours that somebody changed wakes its owner', () => {
  const [role] = pair(['jane']);
  store.create(role.kind.type, body(role, OWNER));
  expect(told()).toEqual(['change ImpersonationGrant/g']);
});

test('a signal wakes whoever read it, but not who brought it about, and gives way to all other work', () => {
  read();
  signal(grantRef('h'), undefined);
  signal(grantRef('g'), reader);
  expect(told()).toEqual([]);
  signal(grantRef('g'), undefined);
  expect(told()).toEqual(['sweep UserBinding/reader']);
});

test('at a sweep everything is in line, owners that are gone but for what they left behind included', () => {
  const [role] = pair(['jane']);
  setGrant(store, 'a');
  store.create(role.kind.type, body(role, OWNER));
  told();
  triggers.all(PRIORITY.sweep);
  expect(told()).toEqual(['sweep ImpersonationGrant/a', 'sweep ImpersonationGrant/g']);
});

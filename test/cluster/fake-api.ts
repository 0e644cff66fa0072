/** A small API server for one type, with its own store, that can be made to misbehave. */
import type { ServerResponse } from 'node:http';
import type { StoredObject } from '../../src/cluster/port.ts';
import { grants, stored } from './objects.ts';
import { json, ScriptedServer, statusObject, type Received } from './scripted-server.ts';

/** Answers true when it answered instead of the server. */
export type Fault = (request: Received, response: ServerResponse) => boolean;

const LIST_KIND = { apiVersion: 'impersonation.dev/v1alpha1', kind: 'ImpersonationGrantList' };

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

const versionOf = ({ metadata }: StoredObject): number => Number(metadata.resourceVersion);

export class FakeApi implements AsyncDisposable {
  readonly server: ScriptedServer;
  readonly objects = new Map<string, StoredObject>();
  readonly watches = new Set<ServerResponse>();
  /** Requests for lists, pages included, and for watches. */
  readonly lists: Received[] = [];
  readonly watchRequests: Received[] = [];
  version = 100;
  /** Watches from before this version are Expired. */
  oldest = 0;
  served = true;
  listFault: Fault = () => false;
  watchFault: Fault = () => false;
  #events: Event[] = [];
  readonly #snapshots = new Map<string, { version: number; items: StoredObject[] }>();
  #uids = 0;

  private constructor(server: ScriptedServer) {
    this.server = server;
    server.answer = (request, response) => this.#answer(request, response);
  }

  static async start(): Promise<FakeApi> {
    return new FakeApi(await ScriptedServer.start(() => {}));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  put(name: string, data?: unknown): StoredObject {
    const before = this.objects.get(name);
    const uid = before?.metadata.uid ?? `u${(this.#uids += 1)}`;
    const object = stored(name, (this.version += 1), { uid, data });
    this.objects.set(name, object);
    this.#send({ type: before === undefined ? 'ADDED' : 'MODIFIED', object });
    return object;
  }

  remove(name: string): void {
    const { uid } = this.objects.get(name)?.metadata ?? { uid: '' };
    this.objects.delete(name);
    this.#send({ type: 'DELETED', object: stored(name, (this.version += 1), { uid }) });
  }

  bookmark(): void {
    this.write(
      `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(this.version) } } })}\n`,
    );
  }

  /** As after a restart from a backup that was made at this version. */
  restore(version: number): void {
    this.version = version;
    const lost = (object: StoredObject): boolean => versionOf(object) > version;
    for (const [name, object] of this.objects) if (lost(object)) this.objects.delete(name);
    this.#events = this.#events.filter(({ object }) => !lost(object));
    this.cut();
  }

  /** Raw text to every watch. */
  write(text: string): void {
    for (const watch of this.watches) watch.write(text);
  }

  /** As when the server restarts or something in between goes: what happens now is not seen by any watch. */
  cut(): void {
    this.watches.clear();
    this.server.cutConnections();
  }

  /** Ends every watch properly. */
  end(): void {
    for (const watch of this.watches) watch.end();
    this.watches.clear();
  }

  #send(event: Event): void {
    this.#events.push(event);
    this.write(`${JSON.stringify(event)}\n`);
  }

  #answer(request: Received, response: ServerResponse): void {
    if (request.path === '/apis') this.#groups(response);
    else if (request.path === '/apis/impersonation.dev/v1alpha1') this.#resources(response);
    else if (request.query.get('watch') === 'true') {
      this.watchRequests.push(request);
      if (!this.watchFault(request, response)) this.#watch(request, response);
    } else {
      this.lists.push(request);
      if (!this.listFault(request, response)) this.#list(request, response);
    }
  }

  #groups(response: ServerResponse): void {
    const group = { name: grants.group, versions: [{ version: grants.version }] };
    json(response, 200, { kind: 'APIGroupList', groups: this.served ? [group] : [] });
  }

  #resources(response: ServerResponse): void {
    json(response, 200, { kind: 'APIResourceList', resources: this.served ? [{ name: grants.plural }] : [] });
  }

  #list({ query }: Received, response: ServerResponse): void {
    if (!this.served) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const limit = Number(query.get('limit') ?? Infinity);
    const [id = `s${this.#snapshots.size}`, offset = '0'] = query.get('continue')?.split(':') ?? [];
    const snapshot = this.#snapshots.get(id) ?? { version: this.version, items: [...this.objects.values()] };
    this.#snapshots.set(id, snapshot);
    const end = Number(offset) + limit;
    const items = snapshot.items.slice(Number(offset), end);
    const metadata = {
      resourceVersion: String(snapshot.version),
      ...(end < snapshot.items.length && { continue: `${id}:${end}` }),
    };
    json(response, 200, { ...LIST_KIND, metadata, items: items.length === 0 ? null : items });
  }

  #watch({ query }: Received, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    if (from < this.oldest) {
      json(response, 410, statusObject(410, 'Expired'));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of this.#events) if (versionOf(event.object) > from) response.write(`${JSON.stringify(event)}\n`);
    this.watches.add(response);
    const timeout = setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1000);
    response.on('close', () => {
      clearTimeout(timeout);
      this.watches.delete(response);
    });
  }
}

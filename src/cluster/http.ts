import { JSON_TYPE, type ApiClient, type ApiRequest } from './client.ts';
import { ApiError } from './errors.ts';
import { createPath, objectPath, WRITE_QUERY } from './paths.ts';
import { titleOf } from './request-errors.ts';
import type {
  Cluster,
  IssuedToken,
  KubeObject,
  Ref,
  ResourceType,
  StoredIdentity,
  StoredObject,
  TokenRequestSpec,
} from './port.ts';
import { errorOfAnswer, isRecord, parseJson, type Answer } from './status.ts';
import type { Lane } from './transport.ts';

export interface HttpClusterOptions {
  readonly client: ApiClient;
  /** Asked right before each write leaves; false fails it with `NotLeading`, unsent. */
  readonly mayWrite: () => boolean;
  /** Milliseconds from the moment a connection is ours to the last byte of the answer. Default 30,000. */
  readonly timeoutMs?: number;
  readonly lane?: Lane;
}

const DEFAULT_TIMEOUT_MS = 30_000;

const always = (): boolean => true;

const METADATA_ONLY = `${JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;

type Write = Pick<ApiRequest, 'verb' | 'method' | 'path'>;

/** The port over HTTP/1.1. It repeats nothing but what the server refused with 401 when there are newer credentials. */
export class HttpCluster implements Cluster {
  readonly #client: ApiClient;
  readonly #mayWrite: () => boolean;
  readonly #timeoutMs: number;
  readonly #lane: Lane;

  constructor(options: HttpClusterOptions) {
    this.#client = options.client;
    this.#mayWrite = options.mayWrite;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#lane = options.lane ?? 'requests';
  }

  async get(ref: Ref): Promise<StoredObject | undefined> {
    return this.#get(ref, JSON_TYPE);
  }

  async create(type: ResourceType, object: KubeObject): Promise<StoredObject> {
    const path = createPath(type, object.metadata.namespace ?? '');
    return this.#write({ verb: 'create', method: 'POST', path: path + WRITE_QUERY }, object, isSecret(type));
  }

  async replace(type: ResourceType, object: StoredIdentity): Promise<StoredObject> {
    return this.#put(type, object, '');
  }

  async replaceStatus(type: ResourceType, object: StoredIdentity): Promise<StoredObject> {
    return this.#put(type, object, '/status');
  }

  async delete(ref: Ref, uid: string): Promise<StoredObject | undefined> {
    const path = objectPath(ref);
    // Background, said explicitly, also ends an orphan or foreground deletion that somebody else began.
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      propagationPolicy: 'Background',
    };
    const answer = await this.#send({ verb: 'delete', method: 'DELETE', path }, options);
    if (!isSuccess(answer)) {
      const failure = errorOfAnswer(`DELETE ${path}`, answer, isSecret(ref.type));
      if (await this.#isGone(ref, uid, failure, answer)) return undefined;
      throw failure;
    }
    // Some types answer with what they deleted: only finalizers tell that it is still there.
    const left = parseJson(answer.body);
    return isObject(left) && (left.metadata.finalizers?.length ?? 0) > 0 ? left : undefined;
  }

  async requestToken(serviceAccount: Ref, spec: TokenRequestSpec): Promise<IssuedToken> {
    const path = `${objectPath(serviceAccount)}/token${WRITE_QUERY}`;
    const { audiences, expirationSeconds, boundSecret } = spec;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences, expirationSeconds, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', ...boundSecret } },
    };
    const request: Write = { verb: 'create', method: 'POST', path };
    const title = titleOf(request);
    const answer = await this.#send(request, body);
    const review = storedObject(title, answer, true);
    const { token, expirationTimestamp } = isRecord(review['status']) ? review['status'] : {};
    if (typeof token !== 'string' || typeof expirationTimestamp !== 'string') throw notTheObject(title, answer);
    return { token, expirationTimestamp };
  }

  async #get(ref: Ref, accept: string): Promise<StoredObject | undefined> {
    const path = objectPath(ref);
    const answer = await this.#client.send({
      verb: 'get',
      method: 'GET',
      path,
      accept,
      body: undefined,
      lane: this.#lane,
      timeoutMs: this.#timeoutMs,
      maySend: always,
      signal: undefined,
    });
    return answer.status === 404 ? undefined : storedObject(`GET ${path}`, answer, false);
  }

  async #isGone(ref: Ref, uid: string, failure: ApiError, answer: Answer): Promise<boolean> {
    // A 404 that is not a Status came from something in between, and says nothing of the object.
    if (failure.reason === 'NotFound') return isStatus(answer);
    if (failure.reason !== 'Conflict') return false;
    // The words for a precondition that failed differ between versions of the server; what is there now does not lie.
    const present = await this.#get(ref, METADATA_ONLY);
    return present?.metadata.uid !== uid;
  }

  async #put(type: ResourceType, object: StoredIdentity, subresource: string): Promise<StoredObject> {
    const { name, namespace = '' } = object.metadata;
    const path = `${objectPath({ type, namespace, name })}${subresource}${WRITE_QUERY}`;
    return this.#write({ verb: 'update', method: 'PUT', path }, object, isSecret(type));
  }

  async #write(write: Write, body: object, quotesBody: boolean): Promise<StoredObject> {
    const title = titleOf(write);
    return storedObject(title, await this.#send(write, body), quotesBody);
  }

  async #send(write: Write, body: object): Promise<Answer> {
    return this.#client.send({
      ...write,
      accept: JSON_TYPE,
      body: JSON.stringify(body),
      lane: this.#lane,
      timeoutMs: this.#timeoutMs,
      maySend: this.#mayWrite,
      signal: undefined,
    });
  }
}

const isSecret = (type: ResourceType): boolean => type.group === '' && type.plural === 'secrets';

const isObject = (value: unknown): value is StoredObject =>
  isRecord(value) && value['kind'] !== 'Status' && isRecord(value['metadata']);

const isStatus = (answer: Answer): boolean => {
  const body = parseJson(answer.body);
  return isRecord(body) && body['kind'] === 'Status';
};

const notTheObject = (request: string, { status }: Answer): ApiError =>
  new ApiError({
    reason: 'ServerError',
    message: `${request}: ${status} without the object`,
    status,
    retryAfterSeconds: undefined,
  });

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

const storedObject = (request: string, answer: Answer, quotesBody: boolean): StoredObject => {
  if (!isSuccess(answer)) throw errorOfAnswer(request, answer, quotesBody);
  const object = parseJson(answer.body);
  if (!isObject(object)) throw notTheObject(request, answer);
  return object;
};

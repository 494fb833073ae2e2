import { windowsError } from '../../src/windows/abi/errors.ts';
import type {
  Called,
  EnabledAs,
  EtwControl,
  ProviderEnable,
  SessionFacts,
  SessionSettings,
} from '../../src/windows/sessions/control.ts';
import type { Claim, Liveness } from '../../src/windows/sessions/owner.ts';

const OK: Called<void> = { kind: 'ok', value: undefined };

/** What can be called. */
type Method = keyof EtwControl;

/** Session control of a host that is a table. */
export class FakeControl implements EtwControl {
  /** By name in lower case. */
  readonly sessions = new Map<string, SessionFacts>();
  readonly calls: string[] = [];
  readonly enabled: ProviderEnable[] = [];
  /** How providers are enabled now, by handle and GUID. */
  readonly #as = new Map<string, ProviderEnable>();
  /** Error codes that the next calls of a method answer with; 0 lets one pass. */
  readonly errors: Partial<Record<Method, number[]>> = {};
  /** Called with each call, before it is answered. */
  onCall: (call: string) => void = () => {};
  /** Whether a build takes a provider as it is enabled; else the code that it answers with. */
  takes: (provider: ProviderEnable) => number = () => 0;
  #next = 1n;

  /** Puts a session there that somebody else has started. */
  add(name: string, guid: string, change: Partial<SessionFacts> = {}): SessionFacts {
    const facts = { ...EMPTY, name, guid, handle: this.#next++, ...change };
    this.sessions.set(name.toLowerCase(), facts);
    return facts;
  }

  start(settings: SessionSettings): Called<bigint> {
    const code = this.#call('start', settings.name);
    if (code !== 0) return failed(code, 'start');
    if (this.sessions.has(settings.name.toLowerCase())) return failed(183, 'start');
    const { systemLogger, enableFlags: _, ...same } = settings;
    const logFileMode = 0x100 | (systemLogger ? 0x0200_0000 : 0);
    return { kind: 'ok', value: this.add(settings.name, settings.guid, { ...same, logFileMode }).handle };
  }

  query(name: string): Called<SessionFacts> {
    return this.#find('query', name);
  }

  flush(name: string): Called<void> {
    const found = this.#find('flush', name);
    return found.kind === 'ok' ? OK : found;
  }

  update(name: string): Called<void> {
    const found = this.#find('update', name);
    return found.kind === 'ok' ? OK : found;
  }

  stop(name: string): Called<SessionFacts> {
    const found = this.#find('stop', name);
    if (found.kind === 'ok') this.sessions.delete(name.toLowerCase());
    return found;
  }

  list(): Called<readonly SessionFacts[]> {
    const code = this.#call('list', '');
    return code === 0 ? { kind: 'ok', value: [...this.sessions.values()] } : failed(code, 'list');
  }

  enable(handle: bigint, provider: ProviderEnable): Called<void> {
    const code = this.#call('enable', `${handle} ${provider.guid}`) || this.takes(provider);
    if (code !== 0) return failed(code, 'enable');
    this.enabled.push(provider);
    this.#as.set(`${handle} ${provider.guid}`, provider);
    return OK;
  }

  disable(handle: bigint, guid: string): Called<void> {
    const code = this.#call('disable', `${handle} ${guid}`);
    if (code === 0) this.#as.delete(`${handle} ${guid}`);
    return code === 0 ? OK : failed(code, 'disable');
  }

  captureState(handle: bigint, guid: string): Called<void> {
    const code = this.#call('captureState', `${handle} ${guid}`);
    return code === 0 ? OK : failed(code, 'capture_state');
  }

  enabledAs(handle: bigint, guid: string): Called<EnabledAs | undefined> {
    const code = this.errors.enabledAs?.shift() ?? 0;
    return code === 0 ? { kind: 'ok', value: this.#as.get(`${handle} ${guid}`) } : failed(code, 'enumerate');
  }

  #find(method: 'query' | 'flush' | 'update' | 'stop', name: string): Called<SessionFacts> {
    const code = this.#call(method, name);
    const found = this.sessions.get(name.toLowerCase());
    if (code !== 0 || found === undefined) return failed(code || 4201, method);
    return { kind: 'ok', value: found };
  }

  #call(method: Method, about: string): number {
    const call = `${method} ${about}`.trim();
    this.calls.push(call);
    this.onCall(call);
    return this.errors[method]?.shift() ?? 0;
  }
}

const EMPTY: SessionFacts = {
  handle: 0n,
  name: '',
  guid: '',
  logFileMode: 0x100,
  bufferSizeKiB: 64,
  minimumBuffers: 8,
  maximumBuffers: 64,
  flushMilliseconds: 1000,
  clock: 'qpc',
  buffers: 8,
  freeBuffers: 8,
  buffersWritten: 0,
  eventsLost: 0,
  logBuffersLost: 0,
  realTimeBuffersLost: 0,
};

function failed(code: number, operation: Parameters<typeof windowsError>[2]): Called<never> {
  return { kind: 'failed', error: windowsError(code, 'fake', operation) };
}

/** Claims as processes make them. One object stands for the host; each process has a view. */
export class FakeLiveness implements Liveness {
  readonly held = new Set<string>();
  readonly #abandoned = new Set<string>();
  /** The code that the next claim fails with. */
  error: number | undefined;

  claim(name: string): Claim {
    if (this.error !== undefined)
      return { kind: 'failed', error: windowsError(this.error, `CreateMutexW of ${name}`) };
    if (this.held.has(name)) return { kind: 'taken' };
    this.held.add(name);
    return { kind: 'ours', abandoned: this.#abandoned.delete(name), release: () => this.held.delete(name) };
  }

  /** The process that holds all claims is killed. */
  kill(): void {
    for (const name of this.held) this.#abandoned.add(name);
    this.held.clear();
  }
}

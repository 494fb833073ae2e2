import { ErrorCode } from '../abi/constants.ts';
import type { WindowsError } from '../abi/errors.ts';
import type { Called, EtwControl, SessionFacts, SessionSettings } from './control.ts';
import { type Claim, claimName, type Liveness, sessionGuid } from './owner.ts';

/** Why a session is not started. Nothing of anybody was touched. */
export interface Refusal {
  readonly reason: /** Another process runs this session of Sigel's. */
    | 'owner_lives'
    /** A session of this name is somebody else's. */
    | 'foreign'
    /** Windows refused; see `error`. */
    | 'failed';
  /** A sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string | undefined;
  readonly error?: WindowsError;
}

/** What starting a session came to. */
export type StartResult =
  | {
      readonly kind: 'started';
      readonly session: OwnedSession;
      /** The last counters of the session that a crash had left, and that was stopped. */
      readonly tookOver: SessionFacts | undefined;
      /** What Windows made otherwise than it was asked, in sentences. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Held = Extract<Claim, { kind: 'ours' }>;
type Cleared =
  | { readonly kind: 'clear'; readonly tookOver: SessionFacts | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A session of Sigel's. */
export class OwnedSession {
  readonly name: string;
  readonly handle: bigint;
  readonly #control: EtwControl;
  readonly #held: Held;
  #stopped: Called<SessionFacts> | undefined;

  /** See {@link startOwned}. */
  constructor(control: EtwControl, held: Held, name: string, handle: bigint) {
    this.#control = control;
    this.#held = held;
    this.name = name;
    this.handle = handle;
  }

  /** Its counters now. */
  facts(): Called<SessionFacts> {
    return this.#control.query(this.name);
  }

  /** Hands over what waits in buffers that are not full. */
  flush(): Called<void> {
    return this.#control.flush(this.name);
  }

  /** Flushes and stops it, then lets go of the claim; its last counters. Once: later calls answer the same. */
  stop(): Called<SessionFacts> {
    if (this.#stopped !== undefined) return this.#stopped;
    // A flush that fails takes nothing: stopping flushes as well.
    this.#control.flush(this.name);
    this.#stopped = this.#control.stop(this.name);
    this.#held.release();
    return this.#stopped;
  }
}

/**
 * Starts a session of Sigel's. One of the same name and mark whose owner is gone (killed, crashed) is stopped
 * first. One whose owner lives, and any that is somebody else's, is refused and left alone.
 */
export function startOwned(
  control: EtwControl,
  liveness: Liveness,
  settings: Omit<SessionSettings, 'guid'>,
): StartResult {
  const guid = sessionGuid(settings.name);
  const held = liveness.claim(claimName(guid));
  if (held.kind === 'taken') return { kind: 'refused', refusal: ownerLives(settings.name) };
  if (held.kind === 'failed') return { kind: 'refused', refusal: failed(held.error) };
  const result = startClaimed(control, held, { ...settings, guid });
  if (result.kind === 'refused') held.release();
  return result;
}

function startClaimed(control: EtwControl, held: Held, settings: SessionSettings): StartResult {
  const { name, guid } = settings;
  let cleared = clear(control, name, guid);
  if (cleared.kind === 'refused') return cleared;
  let started = control.start(settings);
  if (started.kind === 'failed' && started.error.code === ErrorCode.alreadyExists) {
    // Somebody was faster than we, between asking and starting.
    const first = cleared.tookOver;
    cleared = clear(control, name, guid);
    if (cleared.kind === 'refused') return cleared;
    cleared = { kind: 'clear', tookOver: cleared.tookOver ?? first };
    started = control.start(settings);
  }
  if (started.kind === 'failed') return { kind: 'refused', refusal: failed(started.error) };
  const session = new OwnedSession(control, held, name, started.value);
  return { kind: 'started', session, tookOver: cleared.tookOver, notes: notes(session.facts(), settings) };
}

/** Makes the name free, if it is free or ours. The claim is held, so nobody living has it. */
function clear(control: EtwControl, name: string, guid: string): Cleared {
  const found = control.query(name);
  if (found.kind === 'failed') {
    if (found.error.code === ErrorCode.wmiInstanceNotFound) return { kind: 'clear', tookOver: undefined };
    return { kind: 'refused', refusal: failed(found.error) };
  }
  if (found.value.guid !== guid) return { kind: 'refused', refusal: foreign(found.value) };
  const stopped = control.stop(name);
  if (stopped.kind === 'ok') return { kind: 'clear', tookOver: stopped.value };
  if (stopped.error.code === ErrorCode.wmiInstanceNotFound) return { kind: 'clear', tookOver: undefined };
  return { kind: 'refused', refusal: failed(stopped.error) };
}

function notes(facts: Called<SessionFacts>, settings: SessionSettings): readonly string[] {
  if (facts.kind === 'failed') return [];
  const { flushMilliseconds, bufferSizeKiB, maximumBuffers } = facts.value;
  const said: string[] = [];
  if (flushMilliseconds > settings.flushMilliseconds)
    said.push(
      `session ${settings.name} is flushed every ${flushMilliseconds / 1000} s instead of ` +
        `${settings.flushMilliseconds} ms: this build of Windows has no millisecond timer`,
    );
  if (bufferSizeKiB !== settings.bufferSizeKiB)
    said.push(
      `session ${settings.name} has buffers of ${bufferSizeKiB} KiB instead of ${settings.bufferSizeKiB}`,
    );
  if (maximumBuffers < settings.maximumBuffers)
    said.push(
      `session ${settings.name} has at most ${maximumBuffers} buffers instead of ${settings.maximumBuffers}`,
    );
  return said;
}

function ownerLives(name: string): Refusal {
  return {
    reason: 'owner_lives',
    message: `session ${name} belongs to another Sigel that is running`,
    advice: 'stop the other one, or give the session another name',
  };
}

function foreign({ name, guid }: SessionFacts): Refusal {
  return {
    reason: 'foreign',
    message: `a session named ${name} runs already and is not Sigel's (its GUID is ${guid})`,
    advice: `give the session another name, or stop that one if it is yours: logman stop "${name}" -ets`,
  };
}

function failed(error: WindowsError): Refusal {
  return { reason: 'failed', message: error.message, advice: error.advice, error };
}

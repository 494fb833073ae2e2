import type { Component, Host } from '../component.ts';
import type { Clock } from '../etw/clock.ts';
import type { Level } from '../sigma/rule/metadata.ts';

/** A live session whose buffers are offered. */
export interface TappedSession {
  readonly name: string;
  /** Bytes of its buffers, as a file has them. */
  readonly bufferSize: number;
  /** Its first buffer, which describes it. */
  readonly header: Uint8Array;
  /** What its time stamps mean, corrected as they are for its records. */
  readonly clock: Clock;
}

/** Takes the buffers of one session, in the order they come; a buffer is the caller's again after the call. */
export type Tap = (buffer: Uint8Array) => void;

/** Why nothing was captured. */
export type SkipReason = 'cool_down' | 'quota' | 'nothing' | 'failed';

/** What became of asking for a capture. */
export type CaptureOutcome =
  /** `sha256`: of each file, in hexadecimal; undefined where writing took longer than anybody waits. */
  | {
      readonly kind: 'captured';
      readonly paths: readonly string[];
      readonly sha256: readonly string[] | undefined;
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** What the `capture` extension offers to other components. */
export interface Capture {
  /** For the receiver: begins to keep a session's last buffers. */
  tap(session: TappedSession): Tap;
  /** Whether detections of that level are worth a capture. */
  wants(level: Level): boolean;
  /**
   * Writes what is kept, for the detection of that `log.record.uid`. Resolves when it is written, or when nobody should
   * wait longer; never rejects.
   */
  take(uid: string, giveUp: AbortSignal): Promise<CaptureOutcome>;
}

/** An extension that captures. */
export interface CaptureExtension extends Component {
  readonly capture: Capture;
}

/** The capture of the extension of that id. Throws, for `start` to pass on, when there is none. */
export function captureOf(host: Host, id: string): Capture {
  const extension = host.extension(id);
  if (!isCapture(extension)) throw new Error(`extension "${id}" captures nothing`);
  return extension.capture;
}

function isCapture(extension: Component): extension is CaptureExtension {
  return 'capture' in extension;
}

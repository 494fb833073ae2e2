import { SENT, type SendResult } from '../../src/delivery/sender.ts';
import { StreamWriter } from '../../src/delivery/stream_writer.ts';
import type { LineFile } from './line_file.ts';

/** Takes whole lines, in the order of the calls. */
export interface Sink {
  open(): Promise<void>;
  /** Makes the line when its turn comes, so that what waits is not there twice. */
  add(makeLine: () => string): Promise<SendResult>;
  /** Forces what was written to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Lines to a file. A write that fails (a full disk) may work later. */
export function fileSink(file: LineFile): Sink {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    open: () => file.open(),
    add: async (makeLine) => {
      try {
        await inTurn(() => file.add(makeLine()));
        return SENT;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // The operating system's errors have a code; any other is a bug, which would not pass.
        const system = error instanceof Error && 'code' in error;
        return system
          ? { kind: 'retryable', reason }
          : { kind: 'permanent', cause: 'internal_error', reason };
      }
    },
    sync: () => inTurn(() => file.sync()),
    close: () => inTurn(() => file.close()),
  };
}

/** Lines to stdout. When its reader is gone, it is gone. */
export function streamSink(
  stream: NodeJS.WritableStream & ConstructorParameters<typeof StreamWriter>[0],
): Sink {
  let writer: StreamWriter | undefined;
  return {
    open: async () => {
      writer = new StreamWriter(stream);
    },
    add: async (makeLine) => {
      const reason = await writer?.write(`${makeLine()}\n`);
      return reason === undefined ? SENT : { kind: 'permanent', cause: 'output_closed', reason };
    },
    sync: async () => undefined,
    close: async () => writer?.release(),
  };
}

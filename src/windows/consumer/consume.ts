import type { WindowsError } from '../abi/errors.ts';
import { BufferSink } from './buffer_sink.ts';
import type { ConsumerApi } from './consumer_api.ts';
import { RecordConsumer } from './record_consumer.ts';
import type { RingWriter } from './ring.ts';
import { SelfCheck } from './self_check.ts';

/** How events are taken from a session: whole buffers, single records, or buffers where they can be had. */
export type Consumption = 'auto' | 'raw' | 'record';

/** What a consuming thread is to do. */
export interface ConsumeOrder {
  readonly session: string;
  readonly consumption: Consumption;
  /** Bytes of the session's buffers. */
  readonly bufferSize: number;
  /** Milliseconds that a buffer may wait for room in the ring. */
  readonly maxBlock: number;
}

/** What a consuming thread says of itself. */
export type ConsumeMessage =
  /** The session is open, and events come. CloseTrace(handle) ends it from any thread. */
  | { readonly kind: 'opened'; readonly path: 'raw' | 'record'; readonly handle: bigint }
  /** Whole buffers cannot be had here; it goes on event by event. */
  | { readonly kind: 'fallback'; readonly reason: string }
  /** It could not be opened. */
  | { readonly kind: 'failed'; readonly error: WindowsError }
  /** ProcessTrace returned; nothing more comes. 0 when the session ended or was closed. */
  | { readonly kind: 'ended'; readonly status: number };

/**
 * Consumes a session until it ends, blocking the thread: each buffer goes into the ring. Whole buffers are
 * taken where the system gives them and they pass the self-check; else single records, packed as buffers.
 */
export function consume(
  api: ConsumerApi,
  order: ConsumeOrder,
  ring: RingWriter,
  post: (message: ConsumeMessage) => void,
): void {
  const sink = new BufferSink(ring, order.maxBlock);
  const wantsRaw = order.consumption !== 'record';
  if (wantsRaw && (api.hasRawBuffers || order.consumption === 'raw')) {
    const refused = consumeRaw(api, order.session, ring, sink, post);
    if (refused === undefined) return;
    if (order.consumption === 'raw') return post({ kind: 'failed', error: notRaw(refused) });
    post({ kind: 'fallback', reason: refused });
  }
  consumeRecords(api, order, ring, sink, post);
}

// A sentence when what came are no buffers as the decoder reads them.
function consumeRaw(
  api: ConsumerApi,
  session: string,
  ring: RingWriter,
  sink: BufferSink,
  post: (message: ConsumeMessage) => void,
): string | undefined {
  if (!api.hasRawBuffers) return 'this Windows does not have OpenTraceFromRealTimeLogger';
  const { memory } = api;
  const check = new SelfCheck();
  let refused: string | undefined;
  const opened = api.openRaw(session, (address, size) => {
    const at = memory.locate(address, size);
    if (!check.passed) refused = check.look(memory.view, at, size);
    if (refused !== undefined) return false;
    sink.takeRaw(memory.view, memory.bytes, at, size);
    return !ring.closed;
  });
  if (opened.kind === 'failed') {
    post({ kind: 'failed', error: opened.error });
    return undefined;
  }
  post({ kind: 'opened', path: 'raw', handle: opened.value });
  const status = api.process(opened.value);
  if (refused === undefined) post({ kind: 'ended', status });
  else api.close(opened.value);
  return refused;
}

function consumeRecords(
  api: ConsumerApi,
  order: ConsumeOrder,
  ring: RingWriter,
  sink: BufferSink,
  post: (message: ConsumeMessage) => void,
): void {
  const records = new RecordConsumer(api.memory, order, ring, sink);
  const opened = api.openRecords(
    order.session,
    (address) => records.take(address),
    () => {
      records.flush();
      ring.add('buffersDelivered', 1);
      return !ring.closed;
    },
  );
  if (opened.kind === 'failed') return post({ kind: 'failed', error: opened.error });
  records.opened(opened.value.logFileHeader);
  post({ kind: 'opened', path: 'record', handle: opened.value.handle });
  const status = api.process(opened.value.handle);
  records.flush();
  post({ kind: 'ended', status });
}

function notRaw(reason: string): WindowsError {
  return {
    code: 0,
    name: 'ERROR_NOT_SUPPORTED',
    message: `whole buffers cannot be had here: ${reason}`,
    advice: 'set consumption: auto (or record)',
  };
}

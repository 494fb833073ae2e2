import type { Consumption } from '../../../src/windows/consumer/consume.ts';
import type { ConsumerEnd, SessionConsumer } from '../../../src/windows/consumer/consumer.ts';
import type {
  EtwControl,
  ProviderEnable,
  SessionFacts,
  SessionSettings,
} from '../../../src/windows/sessions/control.ts';
import type { OwnedSession } from '../../../src/windows/sessions/owned_session.ts';
import { need, product } from './product.ts';

/** The functions of this Windows. */
export const libraries = new product.Libraries();
/** Session control of it. */
export const control: EtwControl = need(product.etwControl(libraries));
const liveness = need(product.mutexLiveness(libraries));
const library = product.placesFromEnvironment().etwLibrary;

/** Names of the sessions that are made here begin so; no other is ever touched. */
export const PREFIX = 'sigel-verify-';
/** Less than 1 where no events are to be waited for: in the test of these programs. */
export const PATIENCE = Number(process.env['SIGEL_VERIFY_PATIENCE'] ?? 1);
let made = 0;

/** How a session is made where nothing else matters; its name is new. */
export function settings(change: Partial<SessionSettings> = {}): Omit<SessionSettings, 'guid'> {
  return {
    name: `${PREFIX}${process.pid}-${++made}`,
    bufferSizeKiB: 64,
    minimumBuffers: 8,
    maximumBuffers: 64,
    flushMilliseconds: 1000,
    clock: 'qpc',
    systemLogger: false,
    enableFlags: 0,
    ...change,
  };
}

/** Starts a session, hands it over, and stops it, whatever comes. */
export async function withSession<T>(
  wanted: Omit<SessionSettings, 'guid'>,
  use: (session: OwnedSession) => Promise<T> | T,
): Promise<T> {
  const started = product.startOwned(control, liveness, wanted);
  if (started.kind === 'refused') throw new Error(started.refusal.message);
  try {
    return await use(started.session);
  } finally {
    started.session.stop();
  }
}

/** What to do with a session. */
export interface Wish {
  readonly settings?: Partial<SessionSettings>;
  readonly providers: readonly ProviderEnable[];
  readonly consumption?: Consumption;
  /** Bytes of the ring. */
  readonly ringSize?: number;
  /** Milliseconds that a full ring holds Windows up. */
  readonly maxBlock?: number;
  /** What causes events; `soFar` are the buffers that have come meanwhile. */
  readonly act: (session: OwnedSession, soFar: readonly Uint8Array[]) => Promise<void> | void;
  /** Milliseconds that are waited for events behind that. */
  readonly linger?: number;
  /** The buffers are not read while `act` runs. */
  readonly slow?: boolean;
}

/** What came of it. */
export interface Observed {
  /** Whole buffers, in the order in which they came, each as long as its header says. */
  readonly buffers: readonly Uint8Array[];
  readonly path: string | undefined;
  readonly fallback: string | undefined;
  readonly end: ConsumerEnd;
  /** What Windows said of the session when it was stopped. */
  readonly facts: SessionFacts;
  /** From asking it to stop until ProcessTrace had returned, in milliseconds. */
  readonly stopMilliseconds: number;
  readonly counters: Readonly<Record<'delivered' | 'dropped' | 'bufferMarks' | 'eventMarks', number>>;
}

/** A consumer of a session, as the product makes it. */
export function consumerOf(
  session: string,
  { consumption = 'auto', ringSize = 1 << 24, maxBlock = 5000 }: Partial<Wish>,
  onFallback: (reason: string) => void = () => undefined,
): SessionConsumer {
  const close = product.closeTrace(library);
  const bufferSize = 64 * 1024;
  return new product.SessionConsumer({
    session,
    consumption,
    bufferSize,
    maxBlock,
    ringSize,
    library,
    close,
    onFallback,
  });
}

/** A session from its start to its end, consumed as the product does it. */
export function observe(wish: Wish): Promise<Observed> {
  return withSession(settings(wish.settings), async (session) => {
    for (const provider of wish.providers) {
      const enabled = product.enableProvider(control, session.handle, provider);
      if (enabled.kind === 'failed') throw new Error(enabled.error.message);
    }
    let fallback: string | undefined;
    const consumer = consumerOf(session.name, wish, (reason) => {
      fallback = reason;
    });
    const opened = await consumer.start();
    if (opened !== 'opened') throw new Error(opened.error?.message ?? opened.defect ?? 'it did not open');
    const buffers: Uint8Array[] = [];
    const reading = wish.slow === true ? undefined : readUntilEnd(consumer, buffers);
    await wish.act(session, buffers);
    await pause((wish.linger ?? 0) * PATIENCE);
    const began = performance.now();
    const facts = need(session.stop());
    const read = reading ?? readUntilEnd(consumer, buffers);
    await Promise.race([consumer.ended, pause(5000)]);
    const stopMilliseconds = performance.now() - began;
    await consumer.stop(0);
    const end = await consumer.ended;
    await read;
    const { ring, path } = consumer;
    const counters = {
      delivered: ring.count('buffersDelivered'),
      dropped: ring.count('buffersDropped'),
      bufferMarks: ring.count('bufferLossMarks'),
      eventMarks: ring.count('eventLossMarks'),
    };
    return { buffers, path, fallback, end, facts, stopMilliseconds, counters };
  });
}

/** Waits, and keeps the process alive meanwhile. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function readUntilEnd(consumer: SessionConsumer, into: Uint8Array[]): Promise<void> {
  let over = false;
  const note = async (): Promise<void> => {
    await consumer.ended;
    over = true;
  };
  void note();
  for (;;) {
    const wasOver = over;
    const length = consumer.ring.peek();
    if (length < 0 && wasOver) return;
    if (length < 0) {
      await pause(5);
      continue;
    }
    const bytes = new Uint8Array(length);
    consumer.ring.take(bytes);
    // A file's buffers say how long they are: here, as long as they are filled.
    new DataView(bytes.buffer).setUint32(0, length, true);
    into.push(bytes);
  }
}

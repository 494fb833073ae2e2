import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { etwConfig } from '../../receivers/etw/config.ts';
import { EtwReceiver } from '../../receivers/etw/receiver.ts';
import type { LogsConsumer, ReceiverContext } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { ErrorCode } from '../../src/windows/abi/constants.ts';
import { windowsError } from '../../src/windows/abi/errors.ts';
import type { LiveHost } from '../../src/windows/live/live_host.ts';
import type { OpenSession } from '../../src/windows/live/live_session.ts';
import type { EtwPlatform } from '../../src/windows/live/platform.ts';
import type { Called, SessionFacts } from '../../src/windows/sessions/control.ts';
import { flushedBuffers } from './fake_etw.ts';
import { serviceView } from './service_view.ts';

/** A session that is no session: a trace on disk. */
export interface FakeSession {
  readonly name: string;
  readonly trace: Uint8Array;
  readonly shedLast?: boolean;
  /** What Windows says of the session, changed by a test as it goes. */
  readonly facts?: Partial<SessionFacts>;
  /** What somebody else has disabled since it was asked last; the session takes them out. */
  readonly disabled?: string[];
}

const OK: Called<void> = { kind: 'ok', value: undefined };

/** A component's context without anything around it. */
export function contextOf(id: string): ReceiverContext {
  return {
    id,
    logger: SILENT,
    account: new Account(id, 'receiver'),
    resource: emptyResource(),
    meter: createNoopMeter(),
    service: serviceView(),
  };
}

/** Sessions over traces in `folder`, as test/support/fake_etw_worker.ts plays them. */
export function fakePlatform(
  folder: string,
  sessions: readonly FakeSession[],
  host: LiveHost = {},
): EtwPlatform {
  for (const { name, trace } of sessions) writeFileSync(join(folder, `${name}.etl`), trace);
  return {
    plan: (_, { canary = false } = {}) => ({
      kind: 'ok',
      value: sessions.map((session) => ({
        ...(canary ? { canary: 1n } : {}),
        name: session.name,
        shedLast: session.shedLast ?? false,
        consumption: 'auto',
        open: () => opened(folder, session),
      })),
    }),
    host,
    close: () => assert.fail('no trace needs to be closed'),
    library: folder,
    canary: () => ({ kind: 'ok', value: { write: () => OK, close: () => {} } }),
    dispose: () => Promise.resolve(),
    worker: new URL('./fake_etw_worker.ts', import.meta.url),
  };
}

function opened(folder: string, { name, trace, facts, disabled = [] }: FakeSession): Called<OpenSession> {
  const stopFile = join(folder, `${name}.stop`);
  rmSync(stopFile, { force: true });
  const buffers = flushedBuffers(trace);
  const said = (): SessionFacts => ({
    handle: 1n,
    name,
    guid: '00000000-0000-0000-0000-000000000000',
    logFileMode: 0x100,
    bufferSizeKiB: Math.max(...buffers.map(({ length }) => length)) / 1024,
    minimumBuffers: 2,
    maximumBuffers: 20,
    flushMilliseconds: 1000,
    clock: 'qpc',
    buffers: 4,
    freeBuffers: 4,
    buffersWritten: buffers.length,
    eventsLost: 0,
    logBuffersLost: 0,
    realTimeBuffersLost: 0,
    ...facts,
  });
  const session: OpenSession = {
    facts: { ...said(), buffersWritten: 0, eventsLost: 0, realTimeBuffersLost: 0 },
    notes: [],
    isOurs: true,
    query: () =>
      existsSync(join(folder, `${name}.gone`))
        ? { kind: 'failed', error: windowsError(ErrorCode.wmiInstanceNotFound, 'ControlTraceW') }
        : { kind: 'ok', value: said() },
    restore: () => disabled.splice(0),
    stop: () => {
      writeFileSync(stopFile, '');
      return { kind: 'ok', value: said() };
    },
  };
  return { kind: 'ok', value: session };
}

/** A running receiver and what it has handed on. */
export interface LiveRun {
  readonly receiver: EtwReceiver;
  readonly account: Account;
  readonly records: LogRecord[];
}

/** Makes a receiver over a platform; it is not started. */
export function liveReceiver(
  platform: EtwPlatform,
  config: unknown,
  answer: (batch: LogBatch) => Outcome | Promise<Outcome> = () => ACCEPTED,
): LiveRun {
  const context = contextOf('etw');
  const records: LogRecord[] = [];
  const next: LogsConsumer = {
    async consumeLogs(batch) {
      const outcome = await answer(batch);
      if (outcome.kind === 'accepted') records.push(...batch);
      return outcome;
    },
  };
  const receiver = new EtwReceiver(context, etwConfig.parse(config), next, () => Promise.resolve(platform));
  return { receiver, account: context.account, records };
}

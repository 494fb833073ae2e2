import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { exporterContext, logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { debugConfig } from './config.ts';
import { DebugExporter } from './exporter.ts';
import { SecondSampler } from './sampler.ts';

async function show(config: object, use: (exporter: DebugExporter) => Promise<unknown>) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const context = exporterContext('debug');
  const exporter = new DebugExporter(context, debugConfig.parse(config), streams);
  await exporter.start();
  await use(exporter);
  await exporter.shutdown();
  assert.equal(context.account.imbalance(), 0);
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { stdout: text(streams.stdout), stderr: text(streams.stderr), account: context.account };
}
const stdout = (verbosity: string) => ({ verbosity, use_internal_logger: false });

describe('debug', () => {
  it('basic: a line per batch, on stderr', async () => {
    const { stdout, stderr } = await show({}, (exporter) => exporter.consumeLogs(logRecords(3)));
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^\d{4}-\d\d-\d\dT[\d:.]+Z\tinfo\tLogs\t\{"otelcol.component.id": "debug", "otelcol.component.kind": "exporter", "otelcol.signal": "logs", "resource logs": 1, "log records": 3\}\n$/,
    );
  });

  it('normal: a line per record', async () => {
    const other = internResource({ 'host.name': 'n2' }, 'https://schema');
    const batch = [...logRecords(2), logRecord(3, { resource: other })];
    const { stdout: text, stderr } = await show(stdout('normal'), (exporter) => exporter.consumeLogs(batch));
    assert.equal(stderr, '');
    assert.deepEqual(text.split('\n'), [
      'Logs\t{"resource logs": 2, "log records": 3}',
      'ResourceLog #0 host.name=node-1',
      'ScopeLog #0 sigel/test@1',
      'process 1 started etw.provider.name=Test-Provider etw.event.id=1 process.pid=1 process.command_line=C:\\Windows\\tool.exe /n 1',
      'process 2 started etw.provider.name=Test-Provider etw.event.id=1 process.pid=2 process.command_line=C:\\Windows\\tool.exe /n 2',
      'ResourceLog #1 [https://schema] host.name=n2',
      'ScopeLog #0 sigel/test@1',
      'process 3 started etw.provider.name=Test-Provider etw.event.id=1 process.pid=3 process.command_line=C:\\Windows\\tool.exe /n 3',
      '',
    ]);
  });

  it('detailed: every field of a record', async () => {
    const body = { b: [1, 'x', Uint8Array.of(1)], a: { c: 0.5 } };
    const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const record = logRecord(7, { body, spanContext, severityNumber: SeverityNumber.WARN2 });
    const { stdout: text } = await show(stdout('detailed'), (exporter) => exporter.consumeLogs([record]));
    assert.deepEqual(text.split('\n'), [
      'Logs\t{"resource logs": 1, "log records": 1}',
      'ResourceLog #0',
      'Resource SchemaURL: ',
      'Resource attributes:',
      '     -> host.name: Str(node-1)',
      'ScopeLogs #0',
      'ScopeLogs SchemaURL: ',
      'InstrumentationScope sigel/test 1',
      'LogRecord #0',
      'ObservedTimestamp: 2023-11-14 22:13:21 +0000 UTC',
      'Timestamp: 2023-11-14 22:13:20.000000007 +0000 UTC',
      'SeverityText: INFO',
      'SeverityNumber: Warn2(14)',
      'EventName: process.start',
      'Body: Map({"a":{"c":0.5},"b":[1,"x","AQ=="]})',
      'Attributes:',
      '     -> etw.provider.name: Str(Test-Provider)',
      '     -> etw.event.id: Int(1)',
      '     -> process.pid: Int(7)',
      '     -> process.command_line: Str(C:\\Windows\\tool.exe /n 7)',
      `Trace ID: ${'a'.repeat(32)}`,
      `Span ID: ${'b'.repeat(16)}`,
      'Flags: 1',
      '',
    ]);
  });

  it('detailed: every field of a span', async () => {
    const { spanContext } = span('x');
    const events = [{ name: 'e', time: [1, 5] as [number, number], attributes: { k: true } }];
    const batch = [span('cmd.exe', { events, links: [{ context: spanContext() }] })];
    const { stdout: text } = await show(stdout('detailed'), (exporter) => exporter.consumeTraces(batch));
    assert.deepEqual(text.split('\n').slice(8), [
      'Span #0',
      '    Trace ID       : 0af7651916cd43dd8448eb211c80319c',
      '    Parent ID      : ',
      '    ID             : b7ad6b7169203331',
      '    Name           : cmd.exe',
      '    Kind           : Internal',
      '    Start time     : 2023-11-14 22:13:20 +0000 UTC',
      '    End time       : 2023-11-14 22:13:21 +0000 UTC',
      '    Status code    : Unset',
      '    Status message : ',
      '    DroppedAttributesCount: 0',
      '    DroppedEventsCount: 0',
      '    DroppedLinksCount: 0',
      'Attributes:',
      '     -> process.pid: Int(4)',
      'Events:',
      'SpanEvent #0',
      '     -> Name: e',
      '     -> Timestamp: 1970-01-01 00:00:01.000000005 +0000 UTC',
      '     -> DroppedAttributesCount: 0',
      '     -> Attributes::',
      '          -> k: Bool(true)',
      'Links:',
      'SpanLink #0',
      '     -> Trace ID: 0af7651916cd43dd8448eb211c80319c',
      '     -> ID: b7ad6b7169203331',
      '     -> TraceState: ',
      '     -> DroppedAttributesCount: 0',
      '',
    ]);
  });

  for (const verbosity of ['normal', 'detailed']) {
    it(`${verbosity}: nothing in a record drives the terminal or forges a line`, async () => {
      const hostile = '\u001b[2J\r\nLogRecord #1\u009b';
      const record = logRecord(1, {
        body: hostile,
        eventName: hostile,
        severityText: hostile,
        resource: internResource({ [hostile]: hostile }),
      });
      const benign = logRecord(1, { body: 'x', resource: internResource({ x: 'x' }) });
      const { stdout: text } = await show(stdout(verbosity), (exporter) => exporter.consumeLogs([record]));
      const { stdout: expected } = await show(stdout(verbosity), (exporter) =>
        exporter.consumeLogs([benign]),
      );
      assert.equal(text.split('\n').length, expected.split('\n').length);
      assert.doesNotMatch(text.replaceAll(/[\n\t]/g, ''), /\p{Cc}/u);
      assert.match(text, /\\u001b\[2J\\u000d\\u000aLogRecord/);
    });
  }

  it('shows what sampling lets through and takes the rest', async () => {
    const { stderr, account } = await show(
      { sampling_initial: 0, sampling_thereafter: 0 },
      async (exporter) => {
        assert.equal(await exporter.consumeLogs(logRecords(2)), ACCEPTED);
      },
    );
    assert.deepEqual([stderr, account.delivered], ['', 2]);
  });

  it('goes on when nobody reads any more', async () => {
    const closed = new Writable({ write: (_, __, done) => done(new Error('write EPIPE')) });
    const context = exporterContext('debug');
    const exporter = new DebugExporter(context, debugConfig.parse({}), { stdout: closed, stderr: closed });
    await exporter.start();
    for (const n of [1, 2]) assert.equal(await exporter.consumeLogs(logRecords(n)), ACCEPTED);
    await exporter.shutdown();
    assert.deepEqual(Object.fromEntries(context.account.dropped), { output_closed: 3 });
    assert.equal(context.account.imbalance(), 0);
  });
});

for (const [initial, thereafter, shown] of [
  [2, 1, 'xxxxxx'],
  [2, 2, 'xx-x-x'],
  [0, 3, '--x--x'],
  [1, 0, 'x-----'],
] as const) {
  it(`sampling ${initial} and every ${thereafter}th shows ${shown} in each second`, () => {
    let now = 5000;
    const sampler = new SecondSampler(initial, thereafter, () => now);
    for (const second of [5000, 6000]) {
      now = second;
      assert.equal(Array.from({ length: 6 }, () => (sampler.take() ? 'x' : '-')).join(''), shown);
    }
  });
}

/**
 * encode.ts WRITER FILE COUNT COMPRESSION: encodes COUNT records of a trace (its first 20,000 over and over)
 * as OTLP, 1,024 a message. WRITER is `sigel` or `transformer`, COMPRESSION `none` or `gzip`.
 */
import { gzipSync } from 'node:zlib';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { type LogRecord, sdkRecords } from '../../../src/model/log_record.ts';
import { writeLogs } from '../../../src/otlp/logs.ts';
import { ProtobufWriter } from '../../../src/otlp/writer.ts';
import { batchesOf, cpuSince, firstRecords, report } from './traces.ts';

const [name = '', path = '', count = '0', compression = 'none'] = process.argv.slice(2);
const records = await firstRecords(path, 20_000);
const writer = new ProtobufWriter();

const WRITERS: Readonly<Record<string, (batch: LogRecord[]) => Uint8Array>> = {
  sigel: (batch) => {
    writer.reset();
    writeLogs(writer, batch);
    return writer.view();
  },
  transformer: (batch) => ProtobufLogsSerializer.serializeRequest(sdkRecords(batch)) ?? new Uint8Array(),
};
const encode = WRITERS[name];
if (encode === undefined) throw new Error(`no writer ${name}`);

let bytes = 0;
const began = process.cpuUsage();
for (const batch of batchesOf(records, 1024, Number(count))) {
  const message = encode(batch);
  bytes += compression === 'gzip' ? gzipSync(message).length : message.length;
}
report(Number(count), cpuSince(began), `${Math.round(bytes / Number(count))} B a record`);

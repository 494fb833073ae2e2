/**
 * sdk_send.ts PATH_THROUGH ENDPOINT FILE COUNT COMPRESSION: sends COUNT records of a trace (its first 20,000
 * over and over) with the stock OpenTelemetry SDK. PATH_THROUGH is `sdk` (LoggerProvider, logger.emit,
 * BatchLogRecordProcessor with a queue that holds everything, OTLPLogExporter) or `exporter`
 * (OTLPLogExporter.export of our own records, 1,024 at a time, one call after the other). Fails unless every
 * record was exported.
 */

import { sdkRecords } from '../../../src/model/log_record.ts';
import { createLogger } from './sdk.ts';
import { batchesOf, cpuSince, firstRecords, report } from './traces.ts';

const [through = '', endpoint = '', path = '', count = '0', compression = 'none'] = process.argv.slice(2);
const total = Number(count);
const records = await firstRecords(path, 20_000);
const peer = createLogger(endpoint, compression, total);

const began = process.cpuUsage();
if (through === 'sdk') await emitAll();
else await exportAll();
await peer.shutdown();
const cpuSeconds = cpuSince(began);
if (peer.exported() !== total) throw new Error(`${peer.exported()} of ${total} records were exported`);
report(total, cpuSeconds);

async function emitAll(): Promise<void> {
  for (const batch of batchesOf(records, 1024, total)) {
    for (const record of batch) {
      const { hrTime, hrTimeObserved, eventName, severityNumber, severityText, body, attributes } = record;
      peer.emit({
        timestamp: hrTime,
        observedTimestamp: hrTimeObserved,
        eventName,
        severityNumber,
        severityText,
        body,
        attributes,
      });
    }
    // The processor exports between turns, as it would in a service.
    await new Promise(setImmediate);
  }
}

async function exportAll(): Promise<void> {
  for (const batch of batchesOf(records, 1024, total)) await peer.export(sdkRecords(batch));
}

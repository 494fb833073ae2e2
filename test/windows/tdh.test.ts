import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guidAt } from '../../src/etw/guid.ts';
import type { EventImage } from '../../src/windows/schemas/event_image.ts';
import type { Tdh } from '../../src/windows/schemas/tdh.ts';
import { TdhSchemas } from '../../src/windows/schemas/tdh_schemas.ts';
import type { Called } from '../../src/windows/sessions/control.ts';
import { NO_TRACES, traceBytes, tracePath } from '../interop/shared_data.ts';
import { providersBlob } from '../support/tdh_blobs.ts';
import { describedBy, describedByTrace, recordedAnswers } from './recorded_tdh.ts';

/** Traces that carry TDH's answers: Windows Server 2022 and Windows 8. */
const TRACES = ['dynamic-ws22-xpress', 'pktmon-ws-demikernel'];

for (const id of TRACES) {
  test(`${id}: what TDH said decodes the events as the trace's own description does`, {
    skip: NO_TRACES,
  }, () => {
    const trace = traceBytes(tracePath(id));
    const expected = describedByTrace(trace);
    assert.ok(expected.length > 100);
    const { tdh, asked } = recordedTdh(trace);
    const schemas = new TdhSchemas({ tdh, store: undefined, versionOf: () => '', now: () => 0 });
    assert.deepEqual(describedBy(schemas, trace), expected);
    // Once for each event, however many there are.
    assert.equal(new Set(asked).size, asked.length);
  });
}

/** A TDH that says what a trace carries. */
function recordedTdh(trace: Uint8Array): { readonly tdh: Tdh; readonly asked: string[] } {
  const { infos, maps } = recordedAnswers(trace);
  const asked: string[] = [];
  const providers = new Map(infos.map(({ guid, provider }) => [guid, provider]));
  const tdh: Tdh = {
    eventInformation(event) {
      const { guid, id, version } = descriptorOf(event);
      asked.push(`${guid} ${id} ${version}`);
      const found = infos.find((one) => one.guid === guid && one.id === id && one.version === version);
      return found === undefined ? notFound() : { kind: 'ok', value: found.blob };
    },
    eventMap(event, name) {
      const { guid } = descriptorOf(event);
      const found = maps.find((one) => one.guid === guid && one.name === name);
      return found === undefined ? notFound() : { kind: 'ok', value: found.blob };
    },
    providers: () => ({ kind: 'ok', value: providersBlob([...providers]) }),
  };
  return { tdh, asked };
}

function descriptorOf({ header }: EventImage) {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  return { guid: guidAt(view, 24), id: view.getUint16(40, true), version: view.getUint8(42) };
}

function notFound(): Called<never> {
  const error = { code: 1168, name: 'ERROR_NOT_FOUND', message: 'not found', advice: undefined };
  return { kind: 'failed', error };
}

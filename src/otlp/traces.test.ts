import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { spans } from '../../test/support/otlp_arbitraries.ts';
import { decodeSpans } from '../../test/support/otlp_decode.ts';
import { writeTraces } from './traces.ts';
import { ProtobufWriter } from './writer.ts';

describe('writeTraces', () => {
  it('equals the SDK serializer byte for byte', () => {
    fc.assert(
      fc.property(spans, (batch) => {
        const writer = new ProtobufWriter(16);
        assert.equal(writeTraces(writer, batch), true);
        const reference = ProtobufTraceSerializer.serializeRequest(batch) ?? new Uint8Array(0);
        assert.deepEqual(Buffer.from(writer.view()), Buffer.from(reference));
        assert.equal(decodeSpans(writer.view()).length, batch.length);
      }),
    );
  });
});

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { groupByScope, type Scoped } from './group.ts';
import { writeAttributes } from './values.ts';
import type { ProtobufWriter } from './writer.ts';

// The two service requests have the same frame, field by field:
//   ExportLogsServiceRequest  { resource_logs = 1 }   ExportTraceServiceRequest { resource_spans = 1 }
//   ResourceLogs              { resource = 1, scope_logs = 2, schema_url = 3 }   ResourceSpans likewise
//   ScopeLogs                 { scope = 1, log_records = 2, schema_url = 3 }     ScopeSpans    likewise
//   Resource { attributes = 1, dropped_attributes_count = 2 }
//   InstrumentationScope { name = 1, version = 2, attributes = 3, dropped_attributes_count = 4 }

/** The lengths of the two open messages may shrink from the three bytes kept for each to one. */
const OPEN_SLACK = 4;

const resources = new WeakMap<Resource, Uint8Array>();
const scopes = new WeakMap<InstrumentationScope, Uint8Array>();

/**
 * Writes an export request over all items. Returns false when it gave up because the message would be longer
 * than `limit` bytes; what is in the writer is then of no use.
 */
export function writeRequest<T extends Scoped>(
  writer: ProtobufWriter,
  items: readonly T[],
  writeItem: (writer: ProtobufWriter, item: T) => void,
  limit = Number.POSITIVE_INFINITY,
): boolean {
  for (const [resource, byScope] of groupByScope(items)) {
    writer.byte(0x0a);
    const resourceStart = writer.open(3);
    writeCached(writer, resources, resource, writeResource, resource.asyncAttributesPending !== true);
    for (const [scope, members] of byScope) {
      writer.byte(0x12);
      const scopeStart = writer.open(3);
      writeCached(writer, scopes, scope, writeScope, true);
      for (const item of members) {
        writeItem(writer, item);
        if (writer.length > limit + OPEN_SLACK) return false;
      }
      writeSchemaUrl(writer, scope.schemaUrl);
      writer.close(scopeStart, 3);
    }
    writeSchemaUrl(writer, resource.schemaUrl);
    writer.close(resourceStart, 3);
  }
  return writer.length <= limit;
}

/** Resources and scopes are few and immutable: each is encoded once and copied from then on. */
function writeCached<K extends object>(
  writer: ProtobufWriter,
  cache: WeakMap<K, Uint8Array>,
  key: K,
  write: (writer: ProtobufWriter, key: K) => void,
  settled: boolean,
): void {
  const cached = cache.get(key);
  if (cached !== undefined) {
    writer.raw(cached);
    return;
  }
  const start = writer.length;
  write(writer, key);
  if (settled) cache.set(key, writer.copyFrom(start));
}

function writeResource(writer: ProtobufWriter, resource: Resource): void {
  writer.byte(0x0a);
  const start = writer.open(2);
  writeAttributes(writer, 0x0a, resource.attributes);
  writer.byte(0x10);
  writer.byte(0);
  writer.close(start, 2);
}

/** A scope may carry attributes beyond the interface, as sdk-logs' records do. */
function writeScope(
  writer: ProtobufWriter,
  scope: InstrumentationScope & {
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly droppedAttributesCount?: number;
  },
): void {
  writer.byte(0x0a);
  const start = writer.open(1);
  writer.byte(0x0a);
  writer.string(scope.name);
  if (scope.version !== undefined && scope.version !== '') {
    writer.byte(0x12);
    writer.string(scope.version);
  }
  if (scope.attributes !== undefined) writeAttributes(writer, 0x1a, scope.attributes);
  if (scope.droppedAttributesCount !== undefined && scope.droppedAttributesCount > 0) {
    writer.byte(0x20);
    writer.varint(scope.droppedAttributesCount);
  }
  writer.close(start, 1);
}

function writeSchemaUrl(writer: ProtobufWriter, url: string | undefined): void {
  if (url === undefined || url === '') return;
  writer.byte(0x1a);
  writer.string(url);
}

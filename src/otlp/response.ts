import { asInt64, asText, type Field, readFields } from './reader.ts';

/** What a peer says about a request that it took: how many items it threw away, and why. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const NO_BYTES = new Uint8Array(0);
const TAKEN_WHOLE: PartialSuccess = Object.freeze({ rejected: 0, message: '' });
/** A peer's text goes to logs; longer ones are cut. */
const MAX_MESSAGE = 1000;

/**
 * Reads an ExportLogsServiceResponse or ExportTraceServiceResponse { partial_success = 1 }, where
 * ExportLogsPartialSuccess is { rejected_log_records = 1 int64, error_message = 2 } and that of traces alike.
 * An answer that cannot be read counts as "taken whole": its status said so.
 */
export function readExportResponse(response: Uint8Array): PartialSuccess {
  const partial = last(readFields(response), 1);
  if (partial === undefined) return TAKEN_WHOLE;
  const fields = readFields(partial.bytes);
  const rejected = asInt64(last(fields, 1)?.value ?? 0n);
  const message = asText(bytesOf(fields, 2)).slice(0, MAX_MESSAGE);
  return { rejected: Math.max(0, rejected), message };
}

/** As {@link readExportResponse}, of JSON, where 64-bit integers are strings. */
export function readJsonResponse(response: Uint8Array): PartialSuccess {
  try {
    const { partialSuccess = {} } = JSON.parse(new TextDecoder().decode(response)) as JsonResponse;
    const rejected = Number(partialSuccess.rejectedLogRecords ?? partialSuccess.rejectedSpans ?? 0);
    const said = partialSuccess.errorMessage;
    const message = typeof said === 'string' ? said.slice(0, MAX_MESSAGE) : '';
    return { rejected: Number.isFinite(rejected) ? Math.max(0, rejected) : 0, message };
  } catch {
    return TAKEN_WHOLE;
  }
}

interface JsonResponse {
  readonly partialSuccess?: {
    readonly rejectedLogRecords?: unknown;
    readonly rejectedSpans?: unknown;
    readonly errorMessage?: unknown;
  };
}

/** The message of a google.rpc.Status { message = 2 }; empty where there is none. */
export function readStatusMessage(status: Uint8Array): string {
  return asText(bytesOf(readFields(status), 2));
}

/**
 * The delay in milliseconds of the RetryInfo in `grpc-status-details-bin`, a google.rpc.Status
 * { details = 3 repeated Any { type_url = 1, value = 2 } }; RetryInfo { retry_delay = 1 Duration
 * { seconds = 1, nanos = 2 } } (google/rpc/error_details.proto). 0 for a RetryInfo without a delay, undefined
 * where there is no RetryInfo.
 */
export function readRetryDelay(status: Uint8Array): number | undefined {
  for (const detail of readFields(status) ?? []) {
    if (detail.number !== 3) continue;
    const any = readFields(detail.bytes);
    if (!asText(bytesOf(any, 1)).endsWith('/google.rpc.RetryInfo')) continue;
    const duration = readFields(bytesOf(readFields(bytesOf(any, 2)), 1));
    const seconds = asInt64(last(duration, 1)?.value ?? 0n);
    const nanos = asInt64(last(duration, 2)?.value ?? 0n);
    return Math.max(0, seconds * 1000 + nanos / 1e6);
  }
  return undefined;
}

function last(fields: readonly Field[] | undefined, number: number): Field | undefined {
  return fields?.findLast((field) => field.number === number);
}

function bytesOf(fields: readonly Field[] | undefined, number: number): Uint8Array {
  return last(fields, number)?.bytes ?? NO_BYTES;
}

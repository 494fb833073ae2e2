import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Attr } from '../../model/attributes.ts';
import { DETECTION } from '../../sigma/detection_record.ts';

/** A detection as it was told: attributes of the record and its resource by name; those that are one text. */
export interface ToldDetection {
  readonly title: string;
  readonly uid: string;
  readonly rule: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const MAX_LINE = 64 << 20;

// OTLP's JSON encoding, as far as it is looked at; unknown keys are passed over, as its specification asks.
const keyValue = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: z.union([z.string(), z.int()]).optional(),
  }),
});
const attributes = z.object({ attributes: z.array(keyValue).default([]) });
const logRecord = attributes.extend({ eventName: z.string().optional() });
const logs = z.object({
  resourceLogs: z.array(
    z.object({
      resource: attributes.optional(),
      scopeLogs: z.array(z.object({ logRecords: z.array(logRecord).default([]) })).default([]),
    }),
  ),
});

/** Detections in a file of OTLP JSON lines, as `sigel replay --format json` and the file exporter write them. Rejects for other files. */
export async function readTold(path: string): Promise<ToldDetection[]> {
  const told: ToldDetection[] = [];
  const input = createReadStream(path, 'utf8');
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    if (line.length > MAX_LINE) throw new Error('a line is longer than 64 MiB');
    const parsed = logs.safeParse(jsonOf(line));
    if (!parsed.success) throw new Error('it holds something else than OTLP logs as JSON lines');
    for (const { resource, scopeLogs } of parsed.data.resourceLogs) {
      const records = scopeLogs.flatMap(({ logRecords }) => logRecords);
      for (const record of records.filter(({ eventName }) => eventName === DETECTION))
        told.push(detectionOf([...(resource?.attributes ?? []), ...record.attributes]));
    }
  }
  return told;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function detectionOf(pairs: readonly z.infer<typeof keyValue>[]): ToldDetection {
  const attributes = new Map(
    pairs.flatMap(({ key, value: { stringValue, intValue } }) => {
      const text = stringValue ?? intValue;
      return text === undefined ? [] : [[key, String(text)] as const];
    }),
  );
  const text = (name: string) => attributes.get(name) ?? '';
  return {
    title: text(Attr.securityRuleName.name),
    uid: text(Attr.logRecordUid.name),
    rule: text(Attr.securityRuleUuid.name),
    attributes,
  };
}

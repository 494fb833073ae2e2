import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';

const attribute = z.object({
  key: z.string(),
  value: z.object({
    intValue: z.union([z.string(), z.number()]).optional(),
    stringValue: z.string().optional(),
  }),
});
const line = z.object({
  resourceLogs: z.array(
    z.object({
      scopeLogs: z.array(
        z.object({
          logRecords: z.array(
            z.object({
              timeUnixNano: z.string(),
              eventName: z.string().optional(),
              attributes: z.array(attribute).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** One process as its start or rundown tells of it. */
export interface TrueProcess {
  readonly pid: number;
  readonly entityId: string;
  readonly parentPid: number | undefined;
  /** Unix time of the record, nanoseconds. */
  readonly told: bigint;
  /** Whether its start was told. */
  readonly started: boolean;
  readonly name: string;
}

/** What a run's records (OTLP JSON lines) tell of processes by their pids and times alone, and how many were detected. */
export class TrueParents {
  readonly processes: readonly TrueProcess[];
  readonly detections: number;

  private constructor(processes: readonly TrueProcess[], detections: number) {
    this.processes = processes;
    this.detections = detections;
  }

  static async read(text: string): Promise<TrueParents> {
    const processes: TrueProcess[] = [];
    let detections = 0;
    for await (const one of createInterface({ input: Readable.from([text]), crlfDelay: Infinity })) {
      if (one === '') continue;
      const records = line
        .parse(JSON.parse(one))
        .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
      for (const { timeUnixNano, eventName, attributes } of records) {
        if (eventName === 'sigel.detection') detections++;
        if (eventName !== 'process.start' && eventName !== 'process.rundown') continue;
        const number = (key: string) => {
          const value = attributes.find((one) => one.key === key)?.value.intValue;
          return value === undefined ? undefined : Number(value);
        };
        const text = (key: string) => attributes.find((one) => one.key === key)?.value.stringValue ?? '';
        processes.push({
          pid: number('process.pid') ?? -1,
          entityId: text('process.entity_id'),
          parentPid: number('process.parent_pid'),
          told: BigInt(timeUnixNano),
          started: eventName === 'process.start',
          name: text('process.executable.name'),
        });
      }
    }
    return new TrueParents(processes, detections);
  }

  /** Who had the pid of the parent when a process started: the last that was told of then. */
  parentOf(child: TrueProcess): TrueProcess | undefined {
    return this.processes.findLast(({ pid, told }) => pid === child.parentPid && told <= child.told);
  }
}

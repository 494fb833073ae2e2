import { parseByteSize, parseDuration } from '../../config/units.ts';
import type { Consumption } from '../../windows/consumer/consume.ts';
import { type ContainersOptions, containersOptions } from '../containers/options.ts';

/** Where to record to, and how much. */
export interface RecordOptions {
  readonly path: string;
  /** Milliseconds; undefined: until interrupted. */
  readonly duration: number | undefined;
  readonly maxFileSize: number | undefined;
  readonly maxFiles: number | undefined;
  /** Milliseconds. */
  readonly maxBlock: number;
  /** For all sessions; undefined: as each is configured. */
  readonly consumption: Consumption | undefined;
  /** Undefined: without a journal of containers. */
  readonly containers: WantedJournal | undefined;
}

/** Which containerd to ask for a journal of containers. */
export interface WantedJournal extends ContainersOptions {
  /** Whether nothing is recorded without it. */
  readonly isNeeded: boolean;
}

const CONSUMPTIONS: readonly Consumption[] = ['auto', 'raw', 'record'];

/** The options of a command line, or what is wrong with them. */
export function recordOptions(
  path: string,
  values: {
    readonly duration?: string | undefined;
    readonly 'max-size'?: string | undefined;
    readonly files?: string | undefined;
    readonly 'max-block': string;
    readonly consumption?: string | undefined;
    readonly containers: string;
  },
): RecordOptions | string {
  const { duration, 'max-size': maxSize, files, 'max-block': maxBlock } = values;
  const milliseconds = duration === undefined ? undefined : parseDuration(duration);
  if (duration !== undefined && !(milliseconds !== undefined && milliseconds > 0))
    return `--duration takes a time such as 30s or 1h30m, not '${duration}'`;
  const bytes = maxSize === undefined ? undefined : parseByteSize(maxSize);
  if (maxSize !== undefined && !(bytes !== undefined && bytes > 0))
    return `--max-size takes a size such as 100MiB, not '${maxSize}'`;
  const count = files === undefined ? undefined : Number(files);
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 10_000))
    return `--files takes a whole number from 1 to 10000, not '${files}'`;
  if (count !== undefined && bytes === undefined)
    return '--files needs --max-size: when is the next file to begin?';
  const block = parseDuration(maxBlock);
  if (block === undefined) return `--max-block takes a time such as 5s, not '${maxBlock}'`;
  const consumption = CONSUMPTIONS.find((one) => one === values.consumption);
  if (values.consumption !== consumption)
    return `--consumption is ${CONSUMPTIONS.join(', ')}, not '${values.consumption}'`;
  const containers = wantedJournal(values.containers);
  if (typeof containers === 'string') return containers;
  return {
    path,
    duration: milliseconds,
    maxFileSize: bytes,
    maxFiles: count,
    maxBlock: block,
    consumption,
    containers,
  };
}

function wantedJournal(text: string): WantedJournal | undefined | string {
  if (text === 'no') return undefined;
  const isNeeded = text !== 'auto';
  const options = containersOptions({ namespace: ['*'], ...(isNeeded ? { endpoint: text } : {}) });
  return typeof options === 'string'
    ? `--containers is auto, no, or an endpoint; '${text}' is none`
    : { ...options, isNeeded };
}

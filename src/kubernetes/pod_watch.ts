import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type ApiClient, type Failure, messageOf, reasonOf } from './api_client.ts';
import { LineReader } from './line_reader.ts';
import { fieldsOf } from './pod_facts.ts';
import { onNode, PODS, tokenOf } from './pod_list.ts';

/** A pod in JSON: etcd keeps 1.5 MB of it at most, in a tighter form. */
const MAX_LINE = 4 * 1024 * 1024;
/** HTTP's status for a version that the server no longer has, and for one that it has not reached. */
const GONE = 410;
const TOO_NEW = 504;
/** Statuses that say nothing about the version that was asked for. */
const PASSING = new Set([401, 403, 429, 500, 502, 503]);

/** How a watch ended. */
export type WatchEnd =
  /** It was open; the next can go on from `version`. */
  | { readonly kind: 'over'; readonly version: string; readonly reason: string }
  /** It was not opened, and may be at the same version later. */
  | { readonly kind: 'closed'; readonly reason: string }
  /** The version is of no use: everything has to be listed again. */
  | { readonly kind: 'expired'; readonly reason: string };

/** What a watch is told. */
export interface WatchListener {
  /** The server has accepted it. */
  opened(): void;
  changed(pod: unknown): void;
  deleted(pod: unknown): void;
  /** A line could not be read, or was too long. */
  bad(): void;
}

/** What to watch. */
export interface PodWatchOptions {
  readonly node: string;
  /** Where the list or the last watch ended. */
  readonly version: string;
  /** How long the server is asked to keep it open. */
  readonly seconds: number;
  readonly silenceMs: number;
}

/** Watches the pods of a node until the stream ends. Never rejects. */
export async function watchPods(
  client: ApiClient,
  { node, version, seconds, silenceMs }: PodWatchOptions,
  listener: WatchListener,
  signal: AbortSignal,
): Promise<WatchEnd> {
  const query = {
    watch: 1,
    allowWatchBookmarks: 'true',
    fieldSelector: onNode(node),
    resourceVersion: version,
    timeoutSeconds: seconds,
  };
  const opened = await client.open(PODS, query, signal);
  if (opened.kind !== 'open') return unopened(opened);
  listener.opened();
  const stream = new Stream(version, listener);
  const reason = await readAll(opened.response, silenceMs, (line) => stream.take(line));
  return stream.expired ?? { kind: 'over', version: stream.version, reason };
}

function unopened(failure: Failure): WatchEnd {
  const { reason } = failure;
  if (failure.kind !== 'refused') return { kind: 'closed', reason };
  const shown = `${failure.status} ${reason}`;
  return { kind: PASSING.has(failure.status) ? 'closed' : 'expired', reason: shown };
}

type Line = Parameters<Stream['take']>[0];

/** Reads lines until the end, or until one says so; resolves to why it ended. */
async function readAll(
  response: IncomingMessage,
  silenceMs: number,
  take: (line: Line) => boolean,
): Promise<string> {
  const lines = new LineReader(MAX_LINE);
  const silent = setTimeout(() => response.destroy(new Error(`silent for ${silenceMs} ms`)), silenceMs);
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      silent.refresh();
      for (const line of lines.push(piece)) if (!take(line)) return 'the server reported an error';
    }
    return 'ended by the server';
  } catch (error) {
    return reasonOf(error);
  } finally {
    clearTimeout(silent);
    response.destroy();
  }
}

/** Follows the events of one watch (`WatchEvent` of meta/v1). */
class Stream {
  readonly #listener: WatchListener;
  version: string;
  expired: WatchEnd | undefined;

  constructor(version: string, listener: WatchListener) {
    this.version = version;
    this.#listener = listener;
  }

  /** Takes a line; false when nothing of use comes after it. */
  take(line: { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too_long' }): boolean {
    const event = line.kind === 'line' ? parsed(line.text) : undefined;
    switch (event?.['type']) {
      case 'ADDED':
      case 'MODIFIED':
        this.#listener.changed(event['object']);
        break;
      case 'DELETED':
        this.#listener.deleted(event['object']);
        break;
      case 'BOOKMARK':
        break;
      case 'ERROR':
        return this.#fail(event['object']);
      default:
        this.#listener.bad();
        return true;
    }
    const { resourceVersion } = fieldsOf(fieldsOf(event['object'])['metadata']);
    this.version = tokenOf(resourceVersion) ?? this.version;
    return true;
  }

  #fail(status: unknown): boolean {
    const code = fieldsOf(status)['code'];
    const reason = messageOf(status) ?? 'an error without a message';
    if (code === GONE || code === TOO_NEW) this.expired = { kind: 'expired', reason };
    return false;
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

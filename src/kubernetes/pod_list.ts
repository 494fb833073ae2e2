import type { ApiClient, Failure } from './api_client.ts';
import { fieldsOf } from './pod_facts.ts';

/** The pods of all namespaces. */
export const PODS = '/api/v1/pods';
/** More pages than any node has pods: a server that never comes to an end. */
const MAX_PAGES = 10_000;
/** Versions and tokens of the API are texts whose meaning is the server's own business. */
const MAX_TOKEN = 16 * 1024;

/** A list that was read to its end; `version` is where a watch goes on. */
export type Listed = { readonly kind: 'listed'; readonly version: string } | Failure;

/** What to list. */
export interface ListOptions {
  readonly node: string;
  /** Pods to ask for at a time. */
  readonly pageSize: number;
  /**
   * False: what the server has at hand will do, which may be a moment old. True: what is so now, which is asked for
   * after the server has said that it no longer knows a version.
   */
  readonly fresh: boolean;
}

/** Only pods that are on that node. */
export function onNode(node: string): string {
  return `spec.nodeName=${node}`;
}

/** Lists the pods of a node, page by page, and hands each on as it is. Never rejects. */
export async function listPods(
  client: ApiClient,
  { node, pageSize, fresh }: ListOptions,
  take: (pod: unknown) => void,
  signal: AbortSignal,
): Promise<Listed> {
  let limit = pageSize;
  let version = fresh ? undefined : '0';
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { fieldSelector: onNode(node), limit, continue: next, resourceVersion: version };
    const answer = await client.get(PODS, query, signal);
    if (answer.kind === 'too_large' && limit > 1) {
      limit = Math.ceil(limit / 2);
      // A server that answers from memory may not keep to the limit.
      version = undefined;
      continue;
    }
    if (answer.kind !== 'ok') return answer;
    const list = fieldsOf(answer.value);
    const metadata = fieldsOf(list['metadata']);
    for (const pod of Array.isArray(list['items']) ? list['items'] : []) take(pod);
    const listed = tokenOf(metadata['resourceVersion']);
    if (listed === undefined) return { kind: 'failed', reason: 'an answer is no list of pods' };
    next = tokenOf(metadata['continue']);
    if (next === undefined) return { kind: 'listed', version: listed };
    // What comes next is as of the page before; a version beside it would be refused.
    version = undefined;
  }
  return { kind: 'failed', reason: `a list of pods has no end after ${MAX_PAGES} pages` };
}

/** A text that only the server understands; undefined when it is empty. */
export function tokenOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TOKEN ? value : undefined;
}

import type { Link } from '@opentelemetry/api';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { keyOfSeen, type ProcessContext } from '../../src/process/trace_context.ts';
import type { TraceOwner, TraceWindow } from '../../src/process/trace_owner.ts';
import { linkTo } from './span_form.ts';
import type { TraceSpan } from './trace_span.ts';

/** What is known of a process: whose it is, and its spans in the last windows. It lives as long as the process is known. */
export interface Seen {
  owner: TraceOwner;
  readonly spans: TraceSpan[];
}

/** Windows of which a process's spans are remembered. */
const MAX_WINDOWS = 4;

/** Keeps a span of the process, the newest first. */
export function remember(span: TraceSpan, { spans }: Seen): TraceSpan {
  spans.unshift(span);
  if (spans.length > MAX_WINDOWS) spans.pop();
  return span;
}

/** The span that one goes on with: of an earlier window, or, where its start was not seen, that of an agent before. */
export function earlierSpan({ process, window, spanId }: ProcessContext, { spans }: Seen): Link | undefined {
  const [last] = spans;
  if (last !== undefined) return linkTo(last.trace.window, last.id);
  if (process.facts.created === undefined) return undefined;
  const begun = window.owner.windowAt(process.since);
  const id = begun.spanId(keyOfSeen(process, window.owner.host));
  // Its start was seen, but left out in front of here.
  return id === spanId ? undefined : linkTo(begun, id);
}

/**
 * Whether a parent that no record here told of is of the same tree: where its records were lately found to be of it. Where
 * there were none, on the host it is; in a container where it is of the same session, which a container has for itself,
 * but for the session of services, which is the host's.
 */
export function isLikelyNear(child: KnownProcess, parent: KnownProcess, { owner }: TraceWindow): boolean {
  const { recent = [] } = parent.spans ?? {};
  if (recent.length > 0) return recent.some(({ window }) => window.owner === owner);
  const { session } = parent.facts;
  return owner.kind === 'host' || (session !== undefined && session !== 0 && session === child.facts.session);
}

import type { HrTime } from '@opentelemetry/api';
import type { Container } from '../../src/containerd/facts.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import { microsOf } from '../../src/process/time.ts';
import { contextOf, ProcessContext } from '../../src/process/trace_context.ts';
import { TraceOwner } from '../../src/process/trace_owner.ts';
import { jobNews } from './job_news.ts';

/** The traces of containers: records come with the span of their process in its host's trace, and get that in theirs. */
export class ContainerTraces {
  readonly #owners = new RecentWeakMap<Container, TraceOwner>();

  /**
   * The span of a record that is of a container; `none` where it has none in the host's trace either, and of what the host
   * tells of a container's job, which none of its processes did.
   */
  contextOf(record: LogRecord, container: Container): ProcessContext | 'none' {
    const { spanContext: given, hrTime } = record;
    if (!(given instanceof ProcessContext) || jobNews(record) !== undefined) return 'none';
    const owner = this.#owners.get(container) ?? this.#own(container, given.window.owner);
    const time = microsOf(hrTime);
    return contextOf(given.process, owner.windowAt(time), time);
  }

  #own(container: Container, { host, length }: TraceOwner): TraceOwner {
    const life = () => ({
      created: micros(container.details.createdAt),
      started: micros(container.init?.startedAt),
    });
    return this.#owners.set(container, new TraceOwner('container', container.id, host, length, life));
  }
}

function micros(time: HrTime | undefined): number | undefined {
  return time === undefined ? undefined : microsOf(time);
}

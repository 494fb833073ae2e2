import type { HrTime } from '@opentelemetry/api';
import type { Container } from '../../src/containerd/facts.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import { microsOf } from '../../src/process/time.ts';
import { TraceOwner } from '../../src/process/trace_owner.ts';
import { jobNews } from './job_news.ts';

/** The traces of containers: records come in their host's trace, and go on in that of their container. */
export class ContainerTraces {
  readonly #owners = new RecentWeakMap<Container, TraceOwner>();

  /**
   * The trace of a record that is of a container; undefined where it was in none before, and of what the host tells of a
   * container's job, which none of its processes did.
   */
  of(record: LogRecord, container: Container): TraceOwner | undefined {
    const { trace } = record.common;
    if (!(trace instanceof TraceOwner) || jobNews(record) !== undefined) return undefined;
    return this.#owners.get(container) ?? this.#own(container, trace);
  }

  #own(container: Container, host: TraceOwner): TraceOwner {
    const life = () => ({
      created: micros(container.details.createdAt),
      started: micros(container.init?.startedAt),
    });
    return this.#owners.set(container, host.container(container.id, life));
  }
}

function micros(time: HrTime | undefined): number | undefined {
  return time === undefined ? undefined : microsOf(time);
}

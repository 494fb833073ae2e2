import type { ServiceView } from '../../src/status/service_view.ts';

/** How many canaries each processor with rules has found that this receiver's records come through, in the order of the pipelines. */
export function canariesFound(service: ServiceView, receiver: string): readonly number[] {
  const mine = new Set(
    service.pipelines.filter(({ receivers }) => receivers.includes(receiver)).map(({ id }) => id),
  );
  return service
    .components()
    .filter(({ pipeline }) => pipeline !== undefined && mine.has(pipeline))
    .flatMap(({ account }) => account.status.shown('canaries'));
}

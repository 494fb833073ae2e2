import type { ComponentView, PipelineView, ServiceView } from '../../src/status/service_view.ts';

/** A service of these components, for extensions that tell how it is. */
export function serviceView(
  components: readonly ComponentView[] = [],
  pipelines: readonly PipelineView[] = [],
  config: unknown = {},
): ServiceView {
  return { startedAt: Date.now(), pipelines, components: () => components, config: () => config };
}

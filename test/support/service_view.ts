import { createNoopMeter } from '@opentelemetry/api';
import type { ExtensionContext } from '../../src/component.ts';
import { internResource } from '../../src/model/resource.ts';
import type { ComponentView, PipelineView, ServiceView } from '../../src/status/service_view.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';

/** A service of these components, for extensions that tell how it is. */
export function serviceView(
  components: readonly ComponentView[] = [],
  pipelines: readonly PipelineView[] = [],
  config: unknown = {},
): ServiceView {
  return { startedAt: Date.now(), pipelines, components: () => components, config: () => config };
}

/** A component of a service, running. */
export function componentView(kind: ComponentView['kind'], id: string, pipeline?: string): ComponentView {
  const account = new Account(`${kind} ${id}`, kind);
  account.status.enter('ok');
  return { kind, id, pipeline, account };
}

/** The context of an extension under test. */
export function extensionContext(id: string, service: ServiceView): ExtensionContext {
  return {
    id,
    logger: SILENT,
    account: new Account(id, 'extension'),
    meter: createNoopMeter(),
    resource: internResource({ 'host.name': 'node-1' }),
    service,
  };
}

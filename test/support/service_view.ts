import { createNoopMeter } from '@opentelemetry/api';
import type { ExtensionContext } from '../../src/component.ts';
import { internResource } from '../../src/model/resource.ts';
import type { ServiceControl } from '../../src/pipeline/control.ts';
import type { ComponentView, PipelineView, ServiceView } from '../../src/status/service_view.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';

/** A service of these components, for extensions that tell how it is. */
export function serviceView(
  components: readonly ComponentView[] = [],
  pipelines: readonly PipelineView[] = [],
  configText = '{}\n',
): ServiceView {
  const reloads = { changed: 0, unchanged: 0, refused: 0 };
  return {
    startedAt: Date.now(),
    pipelines,
    components: () => components,
    configText: () => configText,
    configuration: () => ({ hash: 'a'.repeat(64), since: Date.now(), lastReload: undefined, reloads }),
  };
}

/** A service that is asked for nothing. */
export const NO_CONTROL: ServiceControl = Object.freeze({
  reload: () => Promise.reject(new Error('nobody asks for it')),
  drain: () => {},
});

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
    control: NO_CONTROL,
  };
}

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';

/** What a log record and a span have in common. */
export interface Scoped {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** The items of one resource, by scope; in the order in which resources and scopes first appear. */
export type Groups<T> = Map<Resource, Map<InstrumentationScope, readonly T[]>>;

/**
 * Groups items as OTLP wants them, by the identity of the resource and scope objects (equal contents do not
 * make one group), as OpenTelemetry's own exporters do.
 */
export function groupByScope<T extends Scoped>(items: readonly T[]): Groups<T> {
  const groups = new Map<Resource, Map<InstrumentationScope, T[]>>();
  let current: T[] = [];
  let resource: Resource | undefined;
  let scope: InstrumentationScope | undefined;
  for (const item of items) {
    // Neighbours mostly share both, so the maps are asked only where one changes.
    if (item.resource !== resource || item.instrumentationScope !== scope) {
      resource = item.resource;
      scope = item.instrumentationScope;
      let scopes = groups.get(resource);
      if (scopes === undefined) groups.set(resource, (scopes = new Map<InstrumentationScope, T[]>()));
      const known = scopes.get(scope);
      current = known ?? [];
      if (known === undefined) scopes.set(scope, current);
    }
    current.push(item);
  }
  return groups;
}

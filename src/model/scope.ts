import type { InstrumentationScope } from '@opentelemetry/core';
import { VERSION } from '../version.ts';

const scopes = new Map<string, InstrumentationScope>();

/** The one scope object of a component type: exporters group records by its identity. */
export function scopeFor(componentType: string): InstrumentationScope {
  let scope = scopes.get(componentType);
  if (scope === undefined) {
    scope = Object.freeze({ name: `sigel/${componentType}`, version: VERSION });
    scopes.set(componentType, scope);
  }
  return scope;
}

import assert from 'node:assert/strict';
import type { Component, Host } from '../../src/component.ts';

/** A host that has these extensions, for components that are tested alone. */
export function hostWith(extensions: Readonly<Record<string, Component>> = {}): Host {
  return {
    extension: (id) => extensions[id] ?? assert.fail(`no extension "${id}"`),
    finished: () => {},
    fatal: (error) => assert.fail(error),
  };
}

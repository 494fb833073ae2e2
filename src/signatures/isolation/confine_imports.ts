import { isBuiltin, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** By what name signatures import their interface. */
const OWN_NAME = 'sigel/signature';

/**
 * Has modules among `allowed` (paths of files) import each other, Node's own and Sigel's interface, and nothing else: what
 * was not checked is not run. Whoever may write them could get around this; it guards against mistakes.
 */
export function confineImports(allowed: readonly string[]): void {
  const inside = new Set(allowed.map((path) => pathToFileURL(path).href));
  const api = new URL(import.meta.url.endsWith('.ts') ? '../api.ts' : '../api.js', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL = '' } = context;
      if (!inside.has(parentURL)) return next(specifier, context);
      if (specifier === OWN_NAME) return { url: api, shortCircuit: true };
      if (isBuiltin(specifier)) return next(specifier, context);
      const resolved = next(specifier, context);
      if (inside.has(resolved.url)) return resolved;
      throw new Error(
        `'${specifier}' of ${fileURLToPath(parentURL)} lies outside of its folder and is not loaded`,
      );
    },
  });
}

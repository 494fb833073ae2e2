/**
 * `node --import` of this takes the import of a file beside another for what it says. Node looks whether it is there, and
 * what its real path is: calls to Wine's server that were a third of the time in which Sigel starts under Wine.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (context.parentURL === undefined || !/^\.\.?\/.*\.[cm]?[jt]s$/.test(specifier))
      return next(specifier, context);
    const url = new URL(specifier, context.parentURL).href;
    return { url, shortCircuit: true, ...(url.endsWith('.ts') ? { format: 'module-typescript' } : {}) };
  },
});

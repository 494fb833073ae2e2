import manifest from '../package.json' with { type: 'json' };

/** Sigel's version; package.json is the only place that says it. */
export const VERSION: string = manifest.version;

import { readFileSync } from 'node:fs';
import { z } from 'zod';

// The only place that knows the version is package.json; the build puts a copy of it beside dist/src.
const manifest = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/** Sigel's version, as in package.json. */
export const VERSION: string = manifest.version;

import { fileURLToPath } from 'node:url';

/** The folder of the rules that Sigel brings. */
export const BUILTIN_RULES: string = fileURLToPath(new URL('../../config/rules', import.meta.url));

/** Lists that those rules name; empty where the configuration gives none. */
export const BUILTIN_LISTS: readonly string[] = ['c2_addresses', 'tor_exit_nodes'];

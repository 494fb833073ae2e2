/**
 * `node --import` of this lets all test processes, and the programs that they start, share compiled code: most of them load
 * the same modules, and compiling took a quarter of the time of all tests.
 */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const folder = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled');
enableCompileCache((process.env['NODE_COMPILE_CACHE'] ??= folder));

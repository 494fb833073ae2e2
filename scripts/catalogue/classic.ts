import type { CatalogueFile } from '../../src/etw/catalogue/format.ts';
import { IO_CLASSES } from './classic/io.ts';
import { MERGED_CLASSES } from './classic/merged.ts';
import { NETWORK_CLASSES } from './classic/network.ts';
import { OBJECT_CLASSES } from './classic/objects.ts';
import { PROCESS_CLASSES } from './classic/process.ts';
import { PROFILE_CLASSES } from './classic/profile.ts';
import { REGISTRY_CLASSES } from './classic/registry.ts';
import { SYSTEM_CLASSES } from './classic/system.ts';
import { THREAD_CLASSES } from './classic/thread.ts';

/**
 * The MOF classes that are shipped, written by hand: the published tables flatten pointers and SIDs, and
 * PerfView's MOF ends at version 2. Names are those of the MOF, without spaces; a version stands once, for
 * itself and for the later ones with the same layout. The generator compares every published version with
 * what is here (classic_check.ts); recorded payloads are consumed exactly.
 */
export const CLASSIC: readonly CatalogueFile[] = [
  ...IO_CLASSES,
  ...MERGED_CLASSES,
  ...NETWORK_CLASSES,
  ...OBJECT_CLASSES,
  ...PROCESS_CLASSES,
  ...PROFILE_CLASSES,
  ...REGISTRY_CLASSES,
  ...SYSTEM_CLASSES,
  ...THREAD_CLASSES,
];

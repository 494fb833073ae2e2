import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { DIGESTS } from '../../src/file_facts/facts.ts';

/** Options of the `file_facts` processor. */
export const fileFactsConfig = z
  .strictObject({
    root: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A folder with a copy of the recorded machine’s disks, one folder for each letter (`C/Windows/…`); for recordings of another machine, and wherever Sigel does not run on Windows. Without it the files of this machine are read.',
      ),
    modules: z
      .boolean()
      .default(true)
      .describe('Libraries too, not only the files of processes and drivers.'),
    hashes: z
      .array(z.enum(DIGESTS))
      .max(DIGESTS.length)
      .default([])
      .describe(
        'Digests to make: `md5`, `sha1`, `sha256` read the whole file, `imphash` its import table. None by default.',
      ),
    signatures: z
      .boolean()
      .default(false)
      .describe('Verify signatures, those of catalogs too. On Windows only, and not with `root`.'),
    max_hashed_size: byteSize()
      .prefault('64MiB')
      .describe('A longer file has no `md5`, `sha1` and `sha256`, and its signature is not verified.'),
    wait: duration()
      .prefault('200ms')
      .describe(
        'How long a batch waits for files that were not read before; then it goes on without their facts.',
      ),
    max_files: z
      .int()
      .min(16)
      .max(1_000_000)
      .default(4096)
      .describe('Most files whose facts are kept; what was not used for longest is forgotten.'),
    max_queued: z
      .int()
      .min(1)
      .max(100_000)
      .default(512)
      .describe('Most files that wait to be read; records of others go on without facts.'),
  })
  .refine(({ root, signatures }) => root === undefined || !signatures, {
    path: ['signatures'],
    error: 'expected false beside root: the catalogs of this machine say nothing of another’s files',
  });

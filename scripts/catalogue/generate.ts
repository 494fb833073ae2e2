import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueFile } from '../../src/etw/catalogue/format.ts';
import { KNOWN_DIFFERENCES } from './classic/differences.ts';
import { CLASSIC } from './classic.ts';
import { checkClassic } from './classic_check.ts';
import { laterRuntimeEvents } from './dotnet_events.ts';
import type { ProviderFacts, Report } from './facts.ts';
import { HTTP_SERVICE } from './http_service.ts';
import { readTable } from './manifest_tsv.ts';
import { readManifest } from './manifest_xml.ts';
import { mergeProvider } from './merge.ts';
import { FIELD_PATCHES } from './patches/index.ts';
import { Patcher } from './patches.ts';
import { DOTNET, type Origin, PROVIDERS, RECONSTRUCTED, TABLES } from './providers.ts';
import { compareText, writeJson } from './write_json.ts';

/** Tables of the kernel's MOF classes that the hand-written layouts are compared with. */
const CLASSIC_TABLES = ['jdu2600_26H1_Windows_Kernel_Trace.tsv', 'jdu2600_1809_Windows_Kernel_Trace.tsv'];

/** Folders of the published descriptions. */
export interface Inputs {
  readonly manifests: string;
  readonly classic: string;
}

/**
 * Generates every data file of the catalogue: file name to text, index included. Reads the published
 * descriptions only; the same input gives the same text. Throws where a description cannot be read.
 */
export async function generate(inputs: Inputs, report: Report): Promise<Map<string, string>> {
  const patcher = new Patcher(FIELD_PATCHES);
  const files: CatalogueFile[] = [...CLASSIC, HTTP_SERVICE];
  const dotnet = readManifest(
    await readFile(join(inputs.manifests, DOTNET.folder, DOTNET.file), 'utf8'),
    DOTNET.source,
  );
  for (const { name, ...options } of PROVIDERS) {
    const own = options.dotnet === true ? dotnet.filter((facts) => facts.provider === name) : [];
    const later = [laterRuntimeEvents(name)].filter(({ events }) => events.length > 0);
    const reconstructed = await readOptional(inputs, RECONSTRUCTED, `${name}.xml`, readManifest);
    const tables = await Promise.all(
      TABLES.map((origin) =>
        readOptional(inputs, origin, `${name}.tsv`, (text, from) => [readTable(text, from)]),
      ),
    );
    // A file may describe a provider twice; what comes later there is the publisher's own text.
    const manifests: ProviderFacts[] = [...own, ...reconstructed.toReversed()];
    const names = own.length > 0 ? 'manifest' : 'table';
    files.push(
      mergeProvider(
        { provider: name, manifests, tables: [...later, ...tables.flat()], names },
        patcher,
        report,
      ),
    );
  }
  for (const patch of patcher.unused(PROVIDERS.map(({ name }) => name))) {
    throw new Error(
      `a patch of ${String(patch.provider)} matches no field: ${String(patch.in)} ${String(patch.field)}`,
    );
  }
  for (const table of CLASSIC_TABLES) {
    const text = await readFile(join(inputs.classic, table), 'utf8');
    checkClassic(CLASSIC, text, KNOWN_DIFFERENCES, (line) => report(`${table}: ${line}`));
  }
  return writeAll(files);
}

async function readOptional(
  inputs: Inputs,
  origin: Origin,
  file: string,
  read: (text: string, source: string) => ProviderFacts[],
): Promise<ProviderFacts[]> {
  try {
    return read(await readFile(join(inputs.manifests, origin.folder, file), 'utf8'), origin.source);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`${origin.folder}/${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function writeAll(files: readonly CatalogueFile[]): Map<string, string> {
  const written = new Map<string, string>();
  const index = new Map<string, string>();
  for (const file of files) {
    const name = `${file.kind === 'classic' ? 'classic-' : ''}${file.provider}.json`
      .toLowerCase()
      .replaceAll(' ', '-');
    index.set(file.guid, name);
    written.set(name, writeJson(file));
  }
  const sorted = [...index].sort(([, a], [, b]) => compareText(a, b));
  return written.set('index.json', writeJson(Object.fromEntries(sorted)));
}

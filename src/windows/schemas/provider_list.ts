import { Buffer } from 'node:buffer';
import { wideTextAt } from '../../etw/embedded/wide_text.ts';
import { guidAt } from '../../etw/guid.ts';

/** A provider that is registered on this host. */
export interface RegisteredProvider {
  /** Lower case without braces. */
  readonly guid: string;
  readonly name: string;
  /** Described by a manifest, or by a MOF class in the WMI repository. */
  readonly source: 'manifest' | 'mof';
}

// PROVIDER_ENUMERATION_INFO (tdh.h): u32 number, u32 reserved, TRACE_PROVIDER_INFO[] of 24 bytes from 8: GUID,
// u32 source (0 manifest, 1 MOF), u32 offset of the name from the structure's start.
const ENTRIES = 8;
const ENTRY_SIZE = 24;
const MAX_PROVIDERS = 20_000;

/** Reads what TdhEnumerateProviders gave; entries beyond its end or without a name are left out. */
export function readProviderList(blob: Uint8Array): RegisteredProvider[] {
  if (blob.length < ENTRIES) return [];
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const room = Math.floor((blob.length - ENTRIES) / ENTRY_SIZE);
  const count = Math.min(view.getUint32(0, true), room, MAX_PROVIDERS);
  const providers: RegisteredProvider[] = [];
  for (let i = 0; i < count; i++) {
    const at = ENTRIES + i * ENTRY_SIZE;
    const name = wideTextAt(bytes, view, 0, view.getUint32(at + 20, true), blob.length);
    if (name === undefined) continue;
    const source = view.getUint32(at + 16, true) === 0 ? 'manifest' : 'mof';
    providers.push({ guid: guidAt(view, at), name, source });
  }
  return providers;
}

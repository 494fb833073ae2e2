/**
 * EventSource manifests arrive in chunks: u8 format (1), u8 major, u8 minor, u8 magic (0x5B), u16 total chunks,
 * u16 chunk number, then UTF-8 text of at most 0xFF00 bytes. Source: ManifestEnvelope of .NET's EventSource.
 */
const ENVELOPE = 8;
const MAGIC = 0x5b;
/** A manifest larger than this is not one that a program writes. */
const MAX_MANIFEST = 4 * 1024 * 1024;
const MAX_PROVIDERS = 64;
/** What a chunk costs beside its bytes. */
const CHUNK_OVERHEAD = 256;

interface Partial {
  readonly total: number;
  readonly chunks: Uint8Array[];
  size: number;
}

/** Joins the chunks of each provider's manifest. Bounded: 64 manifests under way, 4 MiB each. */
export class ManifestChunks {
  readonly #partials = new Map<string, Partial>();

  /** Takes a chunk's payload; returns the whole manifest with the last one, else undefined. */
  add(provider: string, payload: Uint8Array): string | undefined {
    if (payload.length <= ENVELOPE || payload[0] !== 1 || payload[3] !== MAGIC) return undefined;
    const total = (payload[4] ?? 0) | ((payload[5] ?? 0) << 8);
    const number = (payload[6] ?? 0) | ((payload[7] ?? 0) << 8);
    const partial = this.#partial(provider, total, number);
    if (partial === undefined) return undefined;
    partial.chunks.push(payload.subarray(ENVELOPE));
    partial.size += payload.length + CHUNK_OVERHEAD;
    if (partial.size > MAX_MANIFEST) this.#partials.delete(provider);
    else if (partial.chunks.length === total) {
      this.#partials.delete(provider);
      return joined(partial.chunks);
    }
    return undefined;
  }

  // Chunks come in order; chunk 0 starts anew, one out of order ends it.
  #partial(provider: string, total: number, number: number): Partial | undefined {
    if (number === 0) {
      if (this.#partials.size >= MAX_PROVIDERS) this.#partials.clear();
      const fresh = { total, chunks: [], size: 0 };
      this.#partials.set(provider, fresh);
      return fresh;
    }
    const partial = this.#partials.get(provider);
    if (partial?.total === total && partial.chunks.length === number) return partial;
    this.#partials.delete(provider);
    return undefined;
  }
}

function joined(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8');
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}

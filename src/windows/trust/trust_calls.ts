/** What Windows says of a signature. */
export interface TrustAnswered {
  /** WinVerifyTrust's answer, unsigned; 0: trusted. */
  readonly code: number;
  /** The name in the signer's certificate. */
  readonly subject: string | undefined;
}

/** A file that is open for verifying. */
export interface OpenFile {
  readonly path: string;
  readonly handle: bigint;
}

/** The digests by which catalogs list files: the newer first, as all of Windows are listed by it. */
export const CATALOG_DIGESTS = ['SHA256', 'SHA1'] as const;

/** One of {@link CATALOG_DIGESTS}. */
export type CatalogDigest = (typeof CATALOG_DIGESTS)[number];

/** What a search of the catalogs came to; a failed search looks like one that finds nothing. */
export type Listed =
  | { readonly kind: 'listed'; readonly answer: TrustAnswered }
  | { readonly kind: 'not_found' };

/** The calls of wintrust.dll. native/trust_calls.ts has those of Windows; none blocks for longer than a moment, or rejects. */
export interface TrustCalls {
  /** Opens a file to read, not what a link in its place leads to; undefined where that fails. */
  open(path: string): Promise<OpenFile | undefined>;
  close(file: OpenFile): void;
  /** Verifies the signature in a file. */
  verifyOwn(file: OpenFile): Promise<TrustAnswered>;
  /** Looks for a catalog that lists a file, and verifies the file by it. */
  verifyListed(file: OpenFile, digest: CatalogDigest): Promise<Listed>;
}

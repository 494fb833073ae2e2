/** What is known of a file's signature: of one in the file, or of the catalog that lists the file. */
export type Signature =
  | {
      readonly kind: 'signed';
      /** `trusted`, or the name of what Windows answered: `CERT_E_EXPIRED`. */
      readonly status: string;
      /** The content is what was signed; undefined where the check did not come that far. */
      readonly isIntact: boolean | undefined;
      /** Windows trusts the signer; undefined where it lacks what it takes to tell. */
      readonly isTrusted: boolean | undefined;
      /** The name in the signer's certificate, which is anybody's claim unless it is trusted. */
      readonly subject: string | undefined;
    }
  /** Neither the file has a signature nor does a catalog of this Windows list it. */
  | { readonly kind: 'unsigned' };

/** A PE image whose signature is asked for. */
export interface SignedFile {
  readonly path: string;
  /** The image has a table of certificates. */
  readonly hasOwn: boolean;
}

/** Asks for a file's signature; undefined where it cannot be told. Never rejects. */
export type ReadSignature = (file: SignedFile) => Promise<Signature | undefined>;

/** What of this Windows `file_facts` asks about signatures. */
export interface HostSignatures {
  readonly read: ReadSignature;
  /** The device that a letter of this host (`C:`) stands for. */
  readonly deviceOfLetter: (letter: string) => string | undefined;
}

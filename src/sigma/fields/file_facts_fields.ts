import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { FieldTable } from './definition.ts';
import { attribute, made } from './field.ts';

interface FileFactKeys {
  readonly originalFileName: AttributeKey<string>;
  readonly description: AttributeKey<string>;
  readonly product: AttributeKey<string>;
  readonly company: AttributeKey<string>;
  readonly fileVersion: AttributeKey<string>;
  readonly md5: AttributeKey<string>;
  readonly sha1: AttributeKey<string>;
  readonly sha256: AttributeKey<string>;
  readonly imphash: AttributeKey<string>;
}

// As Sysmon writes them: `SHA1=…,MD5=…`, those that are known.
function hashes(keys: readonly [name: string, key: AttributeKey<string>][]): FieldTable['Hashes'] {
  const words = keys.map(([name, key]) => `${name}=\`${key.name}\``).join(',');
  return made(words, 'file', (record) => {
    let known = '';
    for (const [name, key] of keys) {
      const digest = record.get(key);
      if (digest !== undefined) known += `${known === '' ? '' : ','}${name}=${digest.toUpperCase()}`;
    }
    return known === '' ? undefined : known;
  });
}

function fileFactFields(keys: FileFactKeys): FieldTable {
  return {
    OriginalFileName: attribute(keys.originalFileName, 'file'),
    Description: attribute(keys.description, 'file'),
    Product: attribute(keys.product, 'file'),
    Company: attribute(keys.company, 'file'),
    FileVersion: attribute(keys.fileVersion, 'file'),
    Hashes: hashes([
      ['SHA1', keys.sha1],
      ['MD5', keys.md5],
      ['SHA256', keys.sha256],
      ['IMPHASH', keys.imphash],
    ]),
    md5: attribute(keys.md5, 'file'),
    sha1: attribute(keys.sha1, 'file'),
    sha256: attribute(keys.sha256, 'file'),
    Imphash: attribute(keys.imphash, 'file'),
  };
}

/** What the file that a process runs says of itself. */
export const PROCESS_FILE_FIELDS: FieldTable = fileFactFields({
  originalFileName: Attr.processPeOriginalFileName,
  description: Attr.processPeDescription,
  product: Attr.processPeProduct,
  company: Attr.processPeCompany,
  fileVersion: Attr.processPeFileVersion,
  md5: Attr.processHashMd5,
  sha1: Attr.processHashSha1,
  sha256: Attr.processHashSha256,
  imphash: Attr.processPeImphash,
});

const DLL_FACT_FIELDS = fileFactFields({
  originalFileName: Attr.dllPeOriginalFileName,
  description: Attr.dllPeDescription,
  product: Attr.dllPeProduct,
  company: Attr.dllPeCompany,
  fileVersion: Attr.dllPeFileVersion,
  md5: Attr.dllHashMd5,
  sha1: Attr.dllHashSha1,
  sha256: Attr.dllHashSha256,
  imphash: Attr.dllPeImphash,
});

const {
  dllSignatureExists,
  dllSignatureStatus,
  dllSignatureSubject,
  dllSignatureTrusted,
  dllSignatureValid,
} = Attr;

// A rule that leaves signed files out must not leave out what anybody could have signed in any name, or altered.
const isTrusted = (record: LogRecord): boolean => record.get(dllSignatureTrusted) === true;

function signed(record: LogRecord): string | undefined {
  if (isTrusted(record)) return 'true';
  const isNot = record.get(dllSignatureExists) === false || record.get(dllSignatureValid) === false;
  return isNot ? 'false' : undefined;
}

// Words of Sysmon's.
const STATUS_WORDS: ReadonlyMap<string, string> = new Map([
  ['trusted', 'Valid'],
  ['TRUST_E_BAD_DIGEST', 'Invalid'],
  ['CERT_E_EXPIRED', 'Expired'],
  ['CERT_E_REVOKED', 'Revoked'],
  ['TRUST_E_EXPLICIT_DISTRUST', 'Revoked'],
]);

function signatureStatus(record: LogRecord): string | undefined {
  if (record.get(dllSignatureExists) === false) return 'Unavailable';
  return STATUS_WORDS.get(record.get(dllSignatureStatus) ?? '');
}

const SIGNATURE_FIELDS: FieldTable = {
  Signed: made(
    `\`true\` where \`${dllSignatureTrusted.name}\`, \`false\` where not \`${dllSignatureExists.name}\` or not \`${dllSignatureValid.name}\``,
    'file',
    signed,
  ),
  Signature: made(
    `\`${dllSignatureSubject.name}\` where \`${dllSignatureTrusted.name}\``,
    'file',
    (record) => (isTrusted(record) ? record.get(dllSignatureSubject) : undefined),
  ),
  SignatureStatus: made(`\`${dllSignatureStatus.name}\`, in Sysmon's words`, 'file', signatureStatus),
};

/** What the file of a library or driver says of itself, and Windows of its signature. */
export const DLL_FILE_FIELDS: FieldTable = { ...DLL_FACT_FIELDS, ...SIGNATURE_FIELDS };

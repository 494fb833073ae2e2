import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { address, baseName, extension, field } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

// Create and delete events carry the path; all others name the open file by two kernel addresses only
// (FileObject: this open; FileKey: the file). Which path those mean is known from earlier events.
const OBJECT = field('FileObject', Attr.fileObject, address);
const FILE_KEY = field('FileKey', Attr.fileKey, address);
const KEYS = [OBJECT, FILE_KEY];
const path = (name: string): FieldMapping[] => [
  field(name, Attr.filePath),
  field(name, Attr.fileName, baseName),
  field(name, Attr.fileExtension, extension),
];
const PATHS = [...KEYS, ...path('FilePath')];
const LEARNED = [Attr.filePath, Attr.fileName, Attr.fileExtension, Attr.ntPath, Attr.filePodUid];
const RENAMED = [...LEARNED, Attr.filePreviousPath];
const IO = [...KEYS, field('ByteOffset', Attr.ioOffset), field('IOSize', Attr.ioSize)];

// NtCreateFile's CreateDisposition, which the I/O manager keeps in the high byte of the create options.
const DISPOSITIONS = ['supersede', 'open', 'create', 'open_if', 'overwrite', 'overwrite_if'] as const;

/** What a create request asked for, by name. */
function disposition(value: FieldValue): string | undefined {
  return typeof value === 'number' ? DISPOSITIONS[value >>> 24] : undefined;
}
const REQUEST = [OBJECT, ...path('FileName'), field('CreateOptions', Attr.fileDisposition, disposition)];

const detail = (eventName: string, verb: string, fields: readonly FieldMapping[] = KEYS): EventMapping => ({
  eventName,
  severity: Severity.debug,
  body: `file ${verb}: ${fields.includes(FILE_KEY) ? '{file.path|sigel.file.key}' : '{file.path}'}`,
  fields,
  learned: LEARNED,
});
const change = (eventName: string, verb: string, fields: readonly FieldMapping[]): EventMapping => ({
  ...detail(eventName, verb, fields),
  severity: Severity.info,
});
const rename = (fields: readonly FieldMapping[], verb: string): EventMapping => ({
  ...change('file.rename', verb, fields),
  learned: RENAMED,
});
const named = (eventName: string, verb: string): EventMapping =>
  detail(eventName, verb, [FILE_KEY, ...path('FileName')]);

const NOTES = `12 tells of every request to open or create, whose outcome is not known yet: it is \`file.open\`, with what was
asked for. 30 tells of a file that came into being: it is \`file.create\`. Renames and deletes come twice when both the FILEIO
(19, 29; 18) and the PATH keywords (27; 26) are on; they are joined. 27 tells the new path, and \`sigel.file.previous_path\` is
the one before; without 27 \`file.path\` is that of the file renamed. 10 and 11 give and take back a name of a file's key.`;

/** Microsoft-Windows-Kernel-File. */
export const kernelFile: ProviderMapping = {
  guid: 'edd08927-9cc4-4e65-b970-c2560fb5c289',
  name: 'Microsoft-Windows-Kernel-File',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    10: named('file.name.create', 'named'),
    11: named('file.name.delete', 'name gone'),
    12: {
      eventName: 'file.open',
      severity: Severity.debug,
      body: 'file open requested: {file.path} ({sigel.file.disposition})',
      fields: REQUEST,
      learned: LEARNED,
    },
    13: detail('file.cleanup', 'handles closed'),
    14: detail('file.close', 'closed'),
    15: detail('file.read', 'read', IO),
    16: detail('file.write', 'written', IO),
    17: detail('file.set_info', 'information set'),
    18: change('file.delete', 'deleted', KEYS),
    19: rename(KEYS, 'renamed'),
    21: detail('file.flush', 'flushed'),
    26: change('file.delete', 'deleted', PATHS),
    27: rename(PATHS, 'renamed to'),
    28: change('file.link', 'hard link made', PATHS),
    29: rename(KEYS, 'renamed'),
    30: change('file.create', 'created', REQUEST),
  },
};

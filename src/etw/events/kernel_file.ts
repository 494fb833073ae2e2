import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { address, baseName, extension, field } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

// Create and delete events carry the path; all others name the open file by two kernel addresses only
// (FileObject: this open; FileKey: the file). Which path those mean is known from earlier events.
const OBJECT = field('FileObject', Attr.fileObject, address);
const KEYS = [OBJECT, field('FileKey', Attr.fileKey, address)];
const path = (name: string): FieldMapping[] => [
  field(name, Attr.filePath),
  field(name, Attr.fileName, baseName),
  field(name, Attr.fileExtension, extension),
];
const PATHS = [...KEYS, ...path('FilePath')];
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
  body: `file ${verb}: ${fields.some(({ to }) => to === Attr.filePath) ? '{file.path}' : '{sigel.file.key|sigel.file.object}'}`,
  fields,
});
const change = (eventName: string, verb: string, fields: readonly FieldMapping[]): EventMapping => ({
  ...detail(eventName, verb, fields),
  severity: Severity.info,
});

const NOTES = `12 tells of every request to open or create, whose outcome is not known yet: it is \`file.open\`, with what was
asked for. 30 tells of a file that came into being: it is \`file.create\`. Renames and deletes come twice when both the FILEIO
(19, 29; 18) and the PATH keywords (27; 26) are on. Paths are as the kernel names them.`;

/** Microsoft-Windows-Kernel-File. */
export const kernelFile: ProviderMapping = {
  guid: 'edd08927-9cc4-4e65-b970-c2560fb5c289',
  name: 'Microsoft-Windows-Kernel-File',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    12: {
      eventName: 'file.open',
      severity: Severity.debug,
      body: 'file open requested: {file.path} ({sigel.file.disposition})',
      fields: REQUEST,
    },
    13: detail('file.cleanup', 'handles closed'),
    14: detail('file.close', 'closed'),
    15: detail('file.read', 'read', IO),
    16: detail('file.write', 'written', IO),
    17: detail('file.set_info', 'information set'),
    18: change('file.delete', 'deleted', KEYS),
    19: change('file.rename', 'renamed', KEYS),
    21: detail('file.flush', 'flushed'),
    26: change('file.delete', 'deleted', PATHS),
    27: change('file.rename', 'renamed to', PATHS),
    28: change('file.link', 'hard link made', PATHS),
    29: change('file.rename', 'renamed', KEYS),
    30: change('file.create', 'created', REQUEST),
  },
};

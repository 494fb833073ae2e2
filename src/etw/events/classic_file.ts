import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, field } from './conversions.ts';
import { FILE_KEYS, fileChange, fileDetail, fileOpen, filePath, fileRename } from './file_events.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';

// What the class calls FileObject here is the key of the file, which Kernel-File calls FileKey.
const name = (eventName: string, verb: string): EventMapping => ({
  eventName,
  severity: Severity.debug,
  body: `file ${verb}: {file.path|sigel.file.key}`,
  fields: [field('FileObject', Attr.fileKey, address), ...filePath('FileName')],
  learned: [Attr.ntPath, Attr.filePodUid],
});

const IO = [...FILE_KEYS, field('Offset', Attr.ioOffset), field('IoSize', Attr.ioSize)];
const PATHS = [...FILE_KEYS, ...filePath('FileName')];

const NOTES = `The same as Kernel-File's events. Names (0, 32, 35, 36) are of a file's key; the rundown (36) of all files comes at the
end of a session. Deletes and renames come twice where their paths (79, 80) are logged too, and are joined.`;

/** The kernel logger's FileIo class. */
export const classicFile: ProviderMapping = {
  guid: '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
  name: 'FileIo',
  notes: NOTES,
  keyedBy: 'opcode',
  events: {
    0: name('file.name.rundown', 'name'),
    32: name('file.name.create', 'named'),
    35: name('file.name.delete', 'name gone'),
    36: name('file.name.rundown', 'name'),
    64: fileOpen('OpenPath'),
    65: fileDetail('file.cleanup', 'handles closed'),
    66: fileDetail('file.close', 'closed'),
    67: fileDetail('file.read', 'read', IO),
    68: fileDetail('file.write', 'written', IO),
    69: fileDetail('file.set_info', 'information set'),
    70: fileChange('file.delete', 'deleted'),
    71: fileRename('renamed'),
    73: fileDetail('file.flush', 'flushed'),
    79: fileChange('file.delete', 'deleted', PATHS),
    80: fileRename('renamed to', PATHS),
    81: fileChange('file.link', 'hard link made', PATHS),
  },
};

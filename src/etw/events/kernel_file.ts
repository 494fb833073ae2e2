import { Attr } from '../../model/attributes.ts';
import { field } from './conversions.ts';
import {
  FILE_KEY,
  FILE_KEYS,
  fileChange,
  fileDetail,
  fileOpen,
  filePath,
  fileRename,
  fileRequest,
} from './file_events.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';

const PATHS = [...FILE_KEYS, ...filePath('FilePath')];
const IO = [...FILE_KEYS, field('ByteOffset', Attr.ioOffset), field('IOSize', Attr.ioSize)];
const named = (eventName: string, verb: string): EventMapping =>
  fileDetail(eventName, verb, [FILE_KEY, ...filePath('FileName')]);

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
    12: fileOpen('FileName'),
    13: fileDetail('file.cleanup', 'handles closed'),
    14: fileDetail('file.close', 'closed'),
    15: fileDetail('file.read', 'read', IO),
    16: fileDetail('file.write', 'written', IO),
    17: fileDetail('file.set_info', 'information set'),
    18: fileChange('file.delete', 'deleted'),
    19: fileRename('renamed'),
    21: fileDetail('file.flush', 'flushed'),
    26: fileChange('file.delete', 'deleted', PATHS),
    27: fileRename('renamed to', PATHS),
    28: fileChange('file.link', 'hard link made', PATHS),
    29: fileRename('renamed'),
    30: fileChange('file.create', 'created', fileRequest('FileName')),
  },
};

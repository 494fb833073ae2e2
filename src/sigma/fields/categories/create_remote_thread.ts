import { Attr } from '../../../model/attributes.ts';
import { peerOf } from '../../../process/peer_block.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, made } from '../field.ts';

/** Threads that a process makes in another one that runs already. */
export const createRemoteThread: CategoryDefinition = {
  category: 'create_remote_thread',
  eventNames: ['process.thread.remote_start'],
  fields: {
    SourceImage: attribute(Attr.sourceExecutablePath, 'process'),
    SourceCommandLine: attribute(Attr.sourceCommandLine, 'process'),
    SourceProcessId: attribute(Attr.etwProcessId),
    SourceParentImage: made(
      'the `process.parent.executable.path` of the source',
      'process',
      (record) => peerOf(record, 'source')?.parent?.facts.path,
    ),
    TargetImage: attribute(Attr.processExecutablePath, 'process'),
    TargetProcessId: attribute(Attr.processPid),
    TargetParentProcessId: attribute(Attr.processParentPid, 'process'),
    StartAddress: attribute(Attr.threadStartAddress),
    NewThreadId: attribute(Attr.threadId),
  },
  notes: 'StartModule and StartFunction are not told: ETW has the address alone.',
};

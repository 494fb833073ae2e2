import { Attr } from '../../../model/attributes.ts';
import { accountOf } from '../account.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, made } from '../field.ts';

/** Processes that open another one. */
export const processAccess: CategoryDefinition = {
  category: 'process_access',
  eventNames: ['process.access'],
  only: { words: '`sigel.status` is 0', accepts: (record) => record.get(Attr.status) === 0 },
  fields: {
    Provider_Name: attribute(Attr.etwProviderName),
    SourceImage: attribute(Attr.processExecutablePath, 'process'),
    SourceCommandLine: attribute(Attr.processCommandLine, 'process'),
    SourceProcessId: attribute(Attr.processPid),
    SourceUser: made('`user.domain`\\\\`user.name`', 'process', accountOf),
    TargetImage: attribute(Attr.targetExecutablePath, 'process'),
    TargetProcessId: attribute(Attr.targetPid),
    GrantedAccess: attribute(Attr.accessMask),
  },
  notes: 'GrantedAccess is what was asked for; CallTrace is not told.',
};

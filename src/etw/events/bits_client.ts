import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { accountPart, domainPart, field, otherProcessId, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const JOB = [field(['jobId', 'Id'], Attr.bitsJobId), field(['jobTitle', 'name'], Attr.bitsJobTitle)];
const OWNER = [field('jobOwner', Attr.userName, accountPart), field('jobOwner', Attr.userDomain, domainPart)];
const URL = field('url', Attr.urlFull);
const DONE = [URL, field('hr', Attr.status, status), field('bytesTransferred', Attr.bitsBytes)];

const bits = (name: string, words: string, fields: readonly FieldMapping[]): EventMapping => ({
  eventName: `bits.${name}`,
  severity: Severity.info,
  body: `bits ${words}`,
  fields: [...JOB, ...fields],
});

const NOTES = `process.pid is the process that made or cancelled the job where the event tells, else the service. 6: the job is done
and runs a program.`;

/** Microsoft-Windows-Bits-Client. */
export const bitsClient: ProviderMapping = {
  guid: 'ef1cc15b-46c1-414e-bb95-e76b077bd51e',
  name: 'Microsoft-Windows-Bits-Client',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    3: bits('job.create', 'job {windows.bits.job.title} made by {process.executable.path|user.name}', [
      ...OWNER,
      field('processPath', Attr.processExecutablePath),
      field('processId', Attr.processPid, otherProcessId),
    ]),
    4: bits('job.complete', 'job {windows.bits.job.title} complete', [
      ...OWNER,
      field('fileCount', Attr.bitsFiles),
      field('bytesTransferred', Attr.bitsBytes),
    ]),
    5: bits('job.cancel', 'job {windows.bits.job.title} cancelled', [
      ...OWNER,
      field('fileCount', Attr.bitsFiles),
      field('processId', Attr.processPid, otherProcessId),
    ]),
    6: {
      eventName: 'bits.job.notify',
      severity: Severity.info,
      body: 'bits job {windows.bits.job.id} runs {sigel.object.name}',
      fields: [field('jobId', Attr.bitsJobId), ...OWNER, field('program', Attr.objectName)],
    },
    59: bits('transfer.start', 'transfer of {url.full} started', [URL]),
    60: bits('transfer.stop', 'transfer of {url.full} ended ({sigel.status})', DONE),
    61: bits('transfer.fail', 'transfer of {url.full} failed ({sigel.status})', DONE),
  },
};

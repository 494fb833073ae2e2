import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

/** What tools that merge traces (xperf, WPR, PerfView) add about the recorded system: its volumes. */
export const systemConfig: ProviderMapping = {
  guid: '9b79ee91-b5fd-41c0-a243-4248e266e9d0',
  name: 'SystemConfigEx',
  keyedBy: 'opcode',
  events: {
    35: {
      eventName: 'volume.mapping',
      severity: Severity.debug,
      body: 'volume {sigel.nt_path} is {sigel.volume.path}',
      fields: [field('NtPath', Attr.ntPath), field('DosPath', Attr.volumePath)],
    },
  },
};

import { ResourceAttr } from '../../../src/model/attributes.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';

/** What names the workload of a record: its pod's uid, else its container's id; empty for the node's own. */
export function workloadOf({ resource: { attributes } }: LogRecord): string {
  const name = attributes[ResourceAttr.k8sPodUid.name] ?? attributes[ResourceAttr.containerId.name];
  return typeof name === 'string' ? name : '';
}

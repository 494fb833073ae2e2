import { Buffer } from 'node:buffer';
import type { EventView } from '../../etw/event_view.ts';
import { renderData } from '../../etw/render.ts';
import { timeText } from '../../etw/time_text.ts';

/** A line of `inspect --events`: the event as JSON, its payload in hex where no schema knows it. */
export function eventLine(e: EventView): string {
  const { schema } = e;
  const known = schema !== undefined;
  const line = {
    time: timeText(e.seconds, e.nanoseconds) ?? null,
    kind: e.kind,
    provider: e.providerId,
    provider_name: e.providerName,
    event: schema?.event ?? null,
    id: e.id,
    version: e.version,
    opcode: e.opcode,
    level: e.level,
    pid: e.pid < 0 ? null : e.pid,
    tid: e.tid < 0 ? null : e.tid,
    cpu: e.cpu,
    data: known ? renderData(schema, e.decode()) : {},
    ...(known ? {} : { payload: Buffer.from(e.payload()).toString('hex') }),
  };
  return `${JSON.stringify(line)}\n`;
}

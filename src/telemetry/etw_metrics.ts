import { MetricAttr } from '../model/attributes.ts';
import type { MetricDefinition } from './metric.ts';

const by = MetricAttr.sessionName;

/** What the `etw` receiver measures of its live sessions. */
export const ETW_METRICS = {
  buffersWritten: {
    name: 'sigel.etw.buffers.written',
    instrument: 'counter',
    unit: '{buffer}',
    by,
    description: 'Buffers that the session produced, as Windows counts them.',
  },
  buffersDelivered: {
    name: 'sigel.etw.buffers.delivered',
    instrument: 'counter',
    unit: '{buffer}',
    by,
    description: 'Buffers that Windows handed over.',
  },
  buffersLost: {
    name: 'sigel.etw.buffers.lost',
    instrument: 'counter',
    unit: '{buffer}',
    by,
    description: 'Buffers that Windows lost before it could hand them over.',
  },
  buffersDropped: {
    name: 'sigel.etw.buffers.dropped',
    instrument: 'counter',
    unit: '{buffer}',
    by,
    description: 'Buffers that found no room in the ring within `max_block`.',
  },
  eventsLost: {
    name: 'sigel.etw.events.lost',
    instrument: 'counter',
    unit: '{event}',
    by,
    description: 'Events that Windows could not write, since no buffer was free.',
  },
  eventsDropped: {
    name: 'sigel.etw.events.dropped',
    instrument: 'counter',
    unit: '{event}',
    by,
    description: 'Events in dropped buffers, or too large to be packed.',
  },
  lossMarks: {
    name: 'sigel.etw.loss_marks',
    instrument: 'counter',
    unit: '{mark}',
    by,
    description: 'Buffers and records that say something was lost before them.',
  },
  blocked: {
    name: 'sigel.etw.blocked.time',
    instrument: 'counter',
    unit: 's',
    by,
    description: 'How long Windows was made to wait for room in the ring.',
  },
  restarts: {
    name: 'sigel.etw.restarts',
    instrument: 'counter',
    unit: '{restart}',
    by,
    description: 'How often consuming the session began anew.',
  },
  blind: {
    name: 'sigel.etw.blind.time',
    instrument: 'counter',
    unit: 's',
    by,
    description: 'Time in which events of the session may be missing: it lost some, or was not read.',
  },
  stops: {
    name: 'sigel.etw.sessions.stopped',
    instrument: 'counter',
    unit: '{stop}',
    by,
    description: 'How often the session was stopped by somebody else.',
  },
  disabled: {
    name: 'sigel.etw.providers.disabled',
    instrument: 'counter',
    unit: '{provider}',
    by,
    description: 'How often a provider of the session was disabled or narrowed by somebody else.',
  },
  canaryAge: {
    name: 'sigel.etw.canary.age',
    instrument: 'gauge',
    unit: 's',
    by,
    description: 'Time since the last canary was written that has come back from the session.',
  },
  canaryLatency: {
    name: 'sigel.etw.canary.latency',
    instrument: 'gauge',
    unit: 's',
    by,
    description: 'How long that canary took, until the exporters had acknowledged it.',
  },
  late: {
    name: 'sigel.etw.events.late',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that came after later ones had gone on.',
  },
  held: {
    name: 'sigel.etw.reorder.held',
    instrument: 'gauge',
    unit: 'By',
    description: 'Buffers that wait for their turn in the merge of all sessions.',
  },
  clockOffset: {
    name: 'sigel.etw.clock.offset',
    instrument: 'gauge',
    unit: 's',
    description: 'How far the sessions’ clock was behind the system’s time when they were last compared.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

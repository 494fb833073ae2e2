import { defineConnector } from '../../src/component.ts';
import { processTraceConfig } from './config.ts';
import { ProcessTrace } from './process_trace.ts';

/** Makes traces of processes: a container is a trace, a process a span, a detection a red one. */
export const processTrace = defineConnector({
  type: 'process_trace',
  description: 'Makes traces of records: each process a span under its parent, each detection a red one.',
  config: processTraceConfig,
  createLogsToTraces: (context, config, next) => new ProcessTrace(context, config, next),
});

import { defineConnector } from '../../src/component.ts';
import { config } from './config.ts';
import { forwardLogs, forwardTraces } from './forward.ts';

/** Joins pipelines of one signal: everything that enters leaves unchanged. */
export const forward = defineConnector({
  type: 'forward',
  description: 'Joins pipelines of the same signal: hands everything on unchanged',
  config,
  createLogsToLogs: (context, _config, next) => forwardLogs(context.account, next),
  createTracesToTraces: (context, _config, next) => forwardTraces(context.account, next),
});

import { Buffer } from 'node:buffer';
import { type Failure, SENT, type Sender } from '../../src/delivery/sender.ts';
import type { ExportClient } from '../../src/otlp/sender.ts';
import type { WebhookConfig } from './config.ts';

/** A server's own trouble, and its answer that we were too slow: unlike an OTLP peer it may say any of them in passing. */
const PASSING = /^http_(408|425|5\d\d)$/;

/** Posts records that are JSON already: one alone, or an array of what it is given. */
export function lineSender(client: ExportClient, config: WebhookConfig): Sender<string> {
  const { endpoint, max_records, max_message_size: limit, timeout } = config;
  return {
    send: async (lines, signal) => {
      const body = Buffer.from(max_records === undefined ? lines.join('') : `[${lines.join(',')}]`);
      if (body.length > limit)
        return { kind: 'too_large', reason: `a request of ${body.length} bytes is more than ${limit}` };
      const answer = await client.call(endpoint, body, timeout, signal);
      return answer.kind === 'answer' ? SENT : again(answer);
    },
  };
}

function again(failure: Failure): Failure {
  return failure.kind === 'permanent' && PASSING.test(failure.cause)
    ? { kind: 'retryable', reason: failure.reason }
    : failure;
}

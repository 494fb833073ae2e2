import { connect } from 'node:net';
import { MAX_LINE } from './endpoint.ts';
import { type Answer, answerSchema, type Request } from './messages.ts';

/** How asking an agent ended. */
export type Asked =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Nobody answers there, or the connection ended before the last answer. */
  | { readonly kind: 'failed'; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no agent is there, or its configuration lacks the extension control',
  ECONNREFUSED: 'no agent is there any more',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** Asks an agent something, and waits until it is done or `signal` aborts. */
export function ask(
  endpoint: string,
  request: Request,
  progress: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<Asked> {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = connect(endpoint);
  const fail = (reason: string) => resolve({ kind: 'failed', reason });
  socket.on('error', ({ code = '', message }: NodeJS.ErrnoException) => fail(REASONS[code] ?? message));
  socket.on('close', () => fail('it ended without an answer'));
  signal.addEventListener('abort', () => fail('it took too long'), { once: true });
  socket.write(`${JSON.stringify(request)}\n`);
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    const lines = (text + more).split('\n');
    text = lines.pop() ?? '';
    if (text.length > MAX_LINE) fail('what answers there is no agent');
    for (const line of lines) take(line);
  });
  const take = (line: string) => {
    const answer = read(line);
    if (answer === undefined) fail('what answers there is no agent');
    else if (answer.answer === 'draining') progress(answer);
    else resolve({ kind: 'answered', answer });
  };
  return promise.finally(() => socket.destroy());
}

function read(line: string): Answer | undefined {
  try {
    return answerSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

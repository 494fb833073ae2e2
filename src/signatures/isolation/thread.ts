import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { SignatureRecord } from '../api.ts';
import { type Description, describe } from '../description.ts';
import type { RecordMessage } from '../record_message.ts';
import { readPolicyFile } from '../rego/policy_file.ts';
import { type Found, type Mishap, type Numbered, type Ran, Runner, reasonOf } from '../runner.ts';
import { confineImports } from './confine_imports.ts';
import type { FoundMessage, IsolateStart, LoadedAnswer, Question, RanAnswer } from './messages.ts';
import { RunClock } from './run_clock.ts';

// The thread that runs signatures of users. It answers one question at a time; whoever asks ends it when it does not.

const { sources, allowed, clock: shared, memory } = workerData as IsolateStart;
const clock = new RunClock(shared);
const POLICY = /\.(?:wasm|tar\.gz)$/i;
const late: Mishap[] = [];

async function load(): Promise<{ readonly runner: Runner; readonly answer: LoadedAnswer }> {
  const mishaps: Mishap[] = [];
  const described: { number: number; description: Description }[] = [];
  const definitions: Numbered[] = [];
  confineImports(allowed);
  for (const { number, path } of sources) {
    clock.enter(number);
    try {
      const read = describe(await definitionIn(path));
      if (read.kind === 'wrong') mishaps.push({ number, reason: read.reason, disabled: true });
      else if (described.some(({ description }) => description.id === read.description.id))
        mishaps.push({ number, reason: `id: ${read.description.id} is another signature's`, disabled: true });
      else {
        described.push({ number, description: read.description });
        definitions.push({ number, definition: read.definition });
      }
    } catch (error) {
      mishaps.push({ number, reason: reasonOf(error), disabled: true });
    } finally {
      clock.leave(number);
    }
  }
  const runner = new Runner(definitions, clock);
  const { mishaps: failed } = runner.taken();
  const broken = new Set(failed.map(({ number }) => number));
  const signatures = described.filter(({ number }) => !broken.has(number));
  return {
    runner,
    answer: { kind: 'loaded', signatures, mishaps: [...mishaps, ...failed], events: runner.events },
  };
}

async function definitionIn(path: string): Promise<unknown> {
  if (!POLICY.test(path))
    return ((await import(pathToFileURL(path).href)) as { readonly signature?: unknown }).signature;
  const { policySignature } = await import('../rego/policy_signature.ts');
  return policySignature(readPolicyFile(path), memory);
}

function answerTo(question: Question, runner: Runner): RanAnswer {
  switch (question.kind) {
    case 'run': {
      const records = question.records.map(frozen);
      return answerOf(runner.run(records, question.until), records, runner);
    }
    case 'signal':
      return answerOf(runner.signal(question.signal), [], runner);
    case 'close':
      runner.close();
      return answerOf({ found: [], mishaps: [] }, [], runner);
  }
}

// One signature must not change what the next one sees.
function frozen(record: RecordMessage): RecordMessage {
  for (const part of [record.attributes, record.resource, record.container, record.told]) Object.freeze(part);
  return Object.freeze(record);
}

function answerOf({ found, mishaps }: Ran, records: readonly RecordMessage[], runner: Runner): RanAnswer {
  return {
    kind: 'ran',
    found: found.map((one) => messageOf(one, records)),
    mishaps: [...mishaps, ...late.splice(0)],
    nextTimer: runner.nextTimer,
  };
}

function messageOf({ record, ...rest }: Found, records: readonly SignatureRecord[]): FoundMessage {
  const about = records.indexOf(record);
  // The runner was given no others than messages.
  return { ...rest, about: about >= 0 ? about : (record as RecordMessage) };
}

async function serve(port: MessagePort): Promise<void> {
  // What a signature left behind, a rejected promise or a timer of Node's that throws, must not end the others.
  const left = (error: unknown): void => {
    if (late.length < 100) late.push({ number: -1, reason: reasonOf(error), disabled: false });
  };
  process.on('unhandledRejection', left).on('uncaughtException', left);
  const { runner, answer } = await load();
  port.postMessage(answer);
  port.on('message', (question: Question) => {
    port.postMessage(answerTo(question, runner));
    if (question.kind === 'close') port.close();
  });
  await once(port, 'close');
}

if (parentPort !== null) await serve(parentPort);

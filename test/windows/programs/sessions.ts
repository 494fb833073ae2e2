import type { Called, ProviderEnable, SessionSettings } from '../../../src/windows/sessions/control.ts';
import type { OwnedSession } from '../../../src/windows/sessions/owned_session.ts';
import { installed } from './installed.ts';

/** A step of a test, done in order; each prints a line of JSON. */
export type Step =
  | readonly ['start', SessionSettings]
  | readonly ['query' | 'flush' | 'stop', string]
  | readonly ['update', string, { readonly maximumBuffers?: number; readonly flushMilliseconds?: number }]
  | readonly ['list']
  /** In the session that was started last; keywords as text. */
  | readonly ['enable', Omit<ProviderEnable, 'matchAnyKeyword' | 'matchAllKeyword'>, string]
  | readonly ['disable' | 'capture', string]
  | readonly ['own', Omit<SessionSettings, 'guid'>]
  | readonly ['stop_own']
  | readonly ['left_over']
  | readonly ['claim', string]
  /** Until it is killed. */
  | readonly ['wait'];

const native = 'src/windows/native';
const sessions = 'src/windows/sessions';
const { Libraries } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
  `${native}/libraries.ts`,
);
const { etwControl } = await installed<typeof import('../../../src/windows/native/etw_control.ts')>(
  `${native}/etw_control.ts`,
);
const { mutexLiveness } = await installed<typeof import('../../../src/windows/native/mutex.ts')>(
  `${native}/mutex.ts`,
);
const { startOwned } = await installed<typeof import('../../../src/windows/sessions/owned_session.ts')>(
  `${sessions}/owned_session.ts`,
);
const { stopLeftOver } = await installed<typeof import('../../../src/windows/sessions/left_over.ts')>(
  `${sessions}/left_over.ts`,
);
const { enableProvider } = await installed<typeof import('../../../src/windows/sessions/enable_provider.ts')>(
  `${sessions}/enable_provider.ts`,
);

const libraries = new Libraries();
const control = need(etwControl(libraries));
const liveness = need(mutexLiveness(libraries));
let handle = 0n;
let own: OwnedSession | undefined;

for (const step of JSON.parse(process.argv[3] ?? '[]') as Step[]) print(doStep(step));

function doStep(step: Step): unknown {
  switch (step[0]) {
    case 'start': {
      const started = control.start(step[1]);
      if (started.kind === 'ok') handle = started.value;
      return started;
    }
    case 'query':
      return control.query(step[1]);
    case 'flush':
      return control.flush(step[1]);
    case 'stop':
      return control.stop(step[1]);
    case 'update':
      return control.update(step[1], step[2]);
    case 'list':
      return control.list();
    case 'enable': {
      const matchAnyKeyword = BigInt(step[2]);
      return enableProvider(control, handle, { ...step[1], matchAnyKeyword, matchAllKeyword: 0n });
    }
    case 'disable':
      return control.disable(handle, step[1]);
    case 'capture':
      return control.captureState(handle, step[1]);
    case 'own': {
      const result = startOwned(control, liveness, step[1]);
      if (result.kind === 'started') own = result.session;
      return { ...result, session: undefined };
    }
    case 'stop_own':
      return own?.stop();
    case 'claim':
      return liveness.claim(step[1]);
    case 'left_over':
      return stopLeftOver(control, liveness);
    case 'wait':
      setInterval(() => {}, 60_000);
      return 'waiting';
  }
}

function need<T>(called: Called<T>): T {
  if (called.kind === 'ok') return called.value;
  print(called);
  process.exit(3);
}

function print(value: unknown): void {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? String(inner) : inner,
  );
  process.stdout.write(`${text}\n`);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Finding } from '../finding.ts';
import { judged } from '../finding.ts';
import { control, libraries, PREFIX, pause, settings } from '../observe.ts';
import { need, product } from '../product.ts';

const liveness = () => need(product.mutexLiveness(libraries));

/** A claim ends with its process, and a session of a process that was killed is taken over. */
export async function takeover(): Promise<readonly Finding[]> {
  const { name } = settings();
  const wanted = { ...settings(), name };
  const owner = spawn(
    process.execPath,
    [...process.execArgv, ...process.argv.slice(1, 3), '-', 'own', name],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await Promise.race([once(owner.stdout, 'data'), once(owner, 'exit')]);
  const whileItLives = product.startOwned(control, liveness(), wanted);
  owner.kill('SIGKILL');
  await Promise.race([once(owner, 'exit'), pause(5000)]);
  await pause(500);
  const outlives = control.query(name).kind === 'ok';
  const after = product.startOwned(control, liveness(), wanted);
  if (after.kind === 'started') after.session.stop();
  const taken = whileItLives.kind === 'refused' && whileItLives.refusal.reason === 'owner_lives';
  const wrong = !taken
    ? 'a session whose owner lives was not refused as such'
    : !outlives
      ? 'the session ended with its process'
      : after.kind === 'refused'
        ? after.refusal.message
        : after.tookOver === undefined
          ? 'it was not taken over'
          : undefined;
  return [judged('takeover', wrong, 'refused while its owner lives, taken over once that was killed')];
}

/** Holds a session until the process is killed; the other side of {@link takeover}. */
export async function own(name: string): Promise<readonly Finding[]> {
  const started = product.startOwned(control, liveness(), { ...settings(), name });
  process.stdout.write(`${started.kind}\n`);
  await pause(60_000);
  return [];
}

/** Claims the mutex of a session's name and holds it for a minute; what an unprivileged process could do. */
export async function squat(name: string): Promise<readonly Finding[]> {
  const claim = liveness().claim(product.claimName(product.sessionGuid(name)));
  process.stdout.write(`${claim.kind}\n`);
  await pause(20_000);
  return [];
}

/** Whether a claim that another account holds is seen as taken. */
export function squatted(name: string): readonly Finding[] {
  const claim = liveness().claim(product.claimName(product.sessionGuid(name)));
  if (claim.kind === 'ours') claim.release();
  const wrong = claim.kind === 'taken' ? undefined : `the claim is ${claim.kind}`;
  return [
    judged('mutex-squat', wrong, 'a claim of a process without rights counts as taken: it can keep us out'),
  ];
}

/** Claims between processes of this account, in the host's namespace. */
export function mutex(): readonly Finding[] {
  const name = product.claimName(product.sessionGuid(`${PREFIX}${process.pid}`));
  const first = liveness().claim(name);
  const second = liveness().claim(name);
  if (first.kind === 'ours') first.release();
  const third = liveness().claim(name);
  if (third.kind === 'ours') third.release();
  const kinds = [first, second, third].map(({ kind }) => kind).join(', ');
  const wrong = kinds === 'ours, taken, ours' ? undefined : kinds;
  return [judged('mutex', wrong, 'Global\\ can be claimed, once')];
}

/** Stops what an earlier verification has left: sessions by our names and with our mark, whose owner is gone. */
export function cleanup(): readonly Finding[] {
  const left = need(control.list()).filter(
    ({ name, guid }) => name.startsWith(PREFIX) && guid === product.sessionGuid(name),
  );
  return left.flatMap(({ name, guid }) => {
    const claim = liveness().claim(product.claimName(guid));
    if (claim.kind !== 'ours') return [];
    const stopped = control.stop(name);
    claim.release();
    return [
      judged('cleanup', stopped.kind === 'ok' ? undefined : stopped.error.message, `${name} was left over`),
    ];
  });
}

import { keyOf } from './graph.ts';
import { portsOf, type Running, type Stages } from './running.ts';

/** What runs, what shall run, and how components are ended and begun. */
export interface ChangeOver {
  readonly before: Stages;
  readonly after: Stages;
  /** Leads those that stay to what comes behind them. */
  readonly connect: () => void;
  /** Resolves when the component is down, or was left to end by itself. */
  readonly stop: (running: Running) => Promise<void>;
  /** Resolves to why it cannot be started. */
  readonly start: (running: Running) => Promise<string | undefined>;
}

/**
 * The components that can stay: they run, and every extension that they have asked for stays. Whether each would be made
 * of the same is for the graph to see; of extensions it has to be known before.
 */
export function keepable(
  before: Stages,
  isSame: (extension: Running) => boolean,
): ReadonlyMap<string, Running> {
  const extensions = new Map<string, Running>();
  for (const running of before.flat()) if (running.kind === 'extension') extensions.set(running.id, running);
  const stays = (running: Running, behind: readonly Running[] = []): boolean =>
    running.isUp &&
    (running.kind !== 'extension' || isSame(running)) &&
    [...running.uses].every((id) => {
      const used = extensions.get(id);
      return used !== undefined && (behind.includes(used) || stays(used, [...behind, used]));
    });
  return new Map(
    before
      .flat()
      .filter((running) => stays(running))
      .map((running) => [keyOf(running), running]),
  );
}

/**
 * Puts components in the place of others, upstream first: whoever leads to one that goes waits from then on with what it
 * has, so that what goes hands on all it holds, in order, before anything overtakes it. Then what is new starts, from the
 * ends of the pipelines to the receivers, and what waited goes on. Resolves to why something could not be started: then
 * what waits goes on waiting, for the change back.
 */
export async function changeOver(change: ChangeOver): Promise<string | undefined> {
  const { before, after, connect, stop, start } = change;
  const stays = new Set(after.flat());
  for (const stage of before.toReversed()) {
    const leaving = new Set(stage.filter((running) => !stays.has(running)));
    if (leaving.size === 0) continue;
    for (const running of before.flat()) {
      if (!stays.has(running)) continue;
      for (const port of portsOf(running)) if (port.leadsToAny(leaving)) port.close();
    }
    await Promise.all([...leaving].map(stop));
  }
  connect();
  for (const stage of after) {
    if (stage === after.at(-1)) openAll(after);
    const reasons = await Promise.all(stage.filter(({ isUp }) => !isUp).map(start));
    const failed = reasons.filter((reason) => reason !== undefined);
    if (failed.length > 0) return failed.join('; ');
  }
  return undefined;
}

/** Lets go everything that waits. */
export function openAll(stages: Stages): void {
  for (const running of stages.flat()) for (const port of portsOf(running)) port.open();
}

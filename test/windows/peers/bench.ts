import { join, resolve } from 'node:path';
import type { Peer } from '../../interop/peers/peer.ts';
import type { Ended } from '../../interop/peers/process.ts';
import { ensureWindowsModules, stage, unstage } from './install.ts';
import { ensureWindowsNode, NODE_22, type NODE_24 } from './node.ts';
import type { WindowsProcess } from './windows_process.ts';
import { ensureWine, type ProgramOptions, Wine, windowsPath } from './wine.ts';

/** Everything that Windows code of the checkout needs to run here. */
export interface WindowsBench {
  readonly wine: Wine;
  /** The Unix path of node.exe. */
  readonly node: string;
  /** The installation: a folder with src, node_modules and the rest. */
  readonly folder: string;
  /** Starts `node.exe SCRIPT ARGS`; the script is a path inside the installation or an absolute Unix path. */
  startScript(script: string, args: readonly string[], options?: ProgramOptions): WindowsProcess;
  /** Runs it to its end. */
  runScript(script: string, args: readonly string[], options?: ProgramOptions): Promise<Ended>;
  /** Starts `sigel ARGS`. */
  startSigel(args: readonly string[], options?: ProgramOptions): WindowsProcess;
  /** Runs `sigel ARGS` to its end. */
  sigel(args: readonly string[], options?: ProgramOptions): Promise<Ended>;
  /** Removes the installation. */
  dispose(): void;
}

const PLAIN_RESOLVE = join(import.meta.dirname, 'plain_resolve.mjs');
/** What node.exe is started with. Node 22 warns that it strips types; the tests compare what is written. */
export const NODE_OPTIONS: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  `file:///Z:${PLAIN_RESOLVE}`,
];

/** A bench, or why there is none here. */
export type BenchResult =
  | { readonly kind: 'ready'; readonly bench: WindowsBench }
  | Extract<Peer, { kind: 'missing' }>;

/** Wine, node.exe and an installation of the checkout. */
export async function windowsBench(version: typeof NODE_22 | typeof NODE_24 = NODE_22): Promise<BenchResult> {
  const prefix = await ensureWine();
  if (prefix.kind === 'missing') return prefix;
  const node = await ensureWindowsNode(version);
  if (node.kind === 'missing') return node;
  const modules = await ensureWindowsModules();
  if (modules.kind === 'missing') return modules;
  return { kind: 'ready', bench: benchOf(new Wine(prefix.path), node.path, modules.path) };
}

function benchOf(wine: Wine, node: string, modules: string): WindowsBench {
  const folder = stage(modules);
  const startScript: WindowsBench['startScript'] = (script, args, options) =>
    wine.start(node, [...NODE_OPTIONS, windowsPath(resolve(folder, script)), ...args], options);
  const startSigel: WindowsBench['startSigel'] = (args, options) => startScript('src/main.ts', args, options);
  return {
    wine,
    node,
    folder,
    startScript,
    runScript: (script, args, options) => startScript(script, args, options).ended,
    startSigel,
    sigel: (args, options) => startSigel(args, options).ended,
    dispose: () => unstage(folder),
  };
}

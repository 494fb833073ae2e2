import type { Container } from '../scenario/container.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { fileTime } from '../scenario/time.ts';
import type { WindowsContainerd } from './peers/containerd.ts';

/** A container of the story that is one of containerd's, too. */
export interface Told {
  readonly namespace: string;
  readonly id: string;
  /** Who starts processes in it. */
  readonly starter: Process;
  readonly in: Container;
  readonly pids: Set<number>;
}

/** Beyond the pids that Wine gives out: processes of the story alone. */
const FIRST_PID = 40_000;

/**
 * What ETW tells while containers come and go in a real containerd: the trace's processes have the pids and the times of
 * containerd's.
 */
export class ContainerStory {
  readonly #containerd: WindowsContainerd;
  readonly #scenario: Scenario;
  /** The node's own: services, the compute service, and containerd's shim as it is called on Windows. */
  readonly services: Process;
  readonly #compute: Process;
  readonly #shim: Process;
  #pid = FIRST_PID;

  constructor(containerd: WindowsContainerd) {
    this.#containerd = containerd;
    this.#scenario = scenario({
      kernel: 'separate',
      start: new Date().toISOString(),
      session: { bufferSize: 65_536 },
    });
    const [services, compute, shim] = [
      'C:\\Windows\\System32\\services.exe',
      'C:\\Windows\\System32\\vmcompute.exe',
      'C:\\containerd\\containerd-shim-runhcs-v1.exe',
    ].map((image) => this.#scenario.process({ image, pid: this.#nextPid() })) as [Process, Process, Process];
    [this.services, this.#compute, this.#shim] = [services, compute, shim];
  }

  /** A process-isolated container, made in containerd already: Windows' own processes in it, then its first one. */
  async starts(namespace: string, id: string, session: number): Promise<[Told, Process]> {
    this.#comesUpToNow();
    const silo = this.#scenario.container({ session });
    silo.starts(this.#compute.emitter());
    const smss = this.#compute.starts({
      image: 'C:\\Windows\\System32\\smss.exe',
      in: silo,
      pid: this.#nextPid(),
    });
    const starter = smss.starts({ image: 'C:\\Windows\\System32\\CExecSvc.exe', pid: this.#nextPid() });
    const told = { namespace, id, starter, in: silo, pids: new Set([smss.pid, starter.pid]) };
    await this.#containerd.run(namespace, id);
    return [told, await this.#newProcess(told, 'C:\\shop\\web.exe')];
  }

  /** A HostProcess container, made in containerd already: the shim starts its processes. */
  async startsOnHost(namespace: string, id: string): Promise<[Told, Process]> {
    this.#comesUpToNow();
    const job = this.#scenario.container({ isolation: 'host' });
    const told = { namespace, id, starter: this.#shim, in: job, pids: new Set<number>() };
    await this.#containerd.run(namespace, id);
    return [told, await this.#newProcess(told, 'C:\\hpc\\agent.exe')];
  }

  /** Executes a process in a container, in containerd and in the story. */
  async executes(told: Told, execId: string): Promise<Process> {
    this.#comesUpToNow();
    await this.#containerd.exec(told.namespace, told.id, execId);
    return this.#newProcess(told, 'C:\\Windows\\System32\\cmd.exe');
  }

  /** A child that containerd knows nothing of. */
  forks(parent: Process, image: string, args = ''): Process {
    const commandLine = args === '' ? image : `${image} ${args}`;
    return parent.starts({ image, commandLine, pid: this.#nextPid() });
  }

  /** The traces of the node's sessions until now, each written to its end. */
  traces(): { readonly events: Uint8Array; readonly kernel: Uint8Array } {
    this.#comesUpToNow();
    // The last of both: a process that starts.
    this.forks(this.services, 'C:\\Windows\\System32\\svchost.exe');
    this.#scenario.flushes();
    return { events: this.#scenario.trace(), kernel: this.#scenario.kernelTrace() };
  }

  // In the trace it is older than containerd's word on it, as on a real node.
  async #newProcess(told: Told, image: string): Promise<Process> {
    const pids = await this.#containerd.pids(told.namespace, told.id);
    const [pid, ...others] = pids.filter((pid) => !told.pids.has(pid));
    if (pid === undefined || others.length > 0)
      throw new Error(`not one new process in ${told.id}: ${pids.join(' ')}`);
    told.pids.add(pid);
    return told.starter.starts({ image, in: told.in, pid });
  }

  #comesUpToNow(): void {
    const { recorder } = this.#scenario;
    const passed = fileTime(new Date().toISOString()) - recorder.now;
    if (passed > 0n) recorder.advance(passed);
  }

  #nextPid(): number {
    this.#pid += 4;
    return this.#pid;
  }
}

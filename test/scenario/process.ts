import type { Container } from './container.ts';
import { eventTable } from './event_tables.ts';
import type { WriteOptions } from './file_actions.ts';
import { deleteFile, readFile, renameFile, writeFile } from './file_actions.ts';
import type { ProcessFacts } from './kernel_logger.ts';
import { kernelImage, kernelProcess, kernelThread } from './kernel_logger.ts';
import type { DnsAnswer, Endpoint } from './network_actions.ts';
import { Connection, datagram, localAddress, resolveName } from './network_actions.ts';
import type { View } from './paths.ts';
import { baseName, HOST_VIEW, imageOf, ntPath } from './paths.ts';
import type { WriteValue, WriteValues } from './payload_writer.ts';
import type { Emitter } from './recorder.ts';
import type { RegistryData } from './registry_actions.ts';
import { createKey, deleteKey, deleteValue, readValue, setValue } from './registry_actions.ts';
import type { ScriptOptions } from './script_actions.ts';
import { consoleStart, moduleLog, scriptBlock } from './script_actions.ts';
import type { TlEvent, TlProvider } from './tracelogging.ts';
import { traceLogging } from './tracelogging.ts';
import type { Actor, World } from './world.ts';

/** A process as a story gives it; a text is its command line. */
export interface ProcessSpec {
  /** Path in the process's own view. Default: from the command line. */
  readonly image?: string;
  /** Default: the image in quotes. */
  readonly commandLine?: string;
  /** SID. Default: the parent's, or SYSTEM. */
  readonly user?: string;
  readonly session?: number;
  /** The parent it claims: for a start other than the creator it is spoofed, as the header's pid shows. */
  readonly parent?: Process;
  /** The container it runs in. Default: the creator's. */
  readonly in?: Container;
  readonly pid?: number;
  /** Libraries it loads after ntdll and the kernel libraries. */
  readonly loads?: readonly string[];
  /** For a process that ran before the trace: whether the trace tells of it (ProcessRundown). Default true. */
  readonly rundown?: boolean;
  /** Package full name of a packaged application. */
  readonly packageName?: string;
}

const SYSTEM_SID = 'S-1-5-18';
const FIRST_LIBRARIES = ['ntdll.dll', 'kernel32.dll', 'KernelBase.dll'];

/** A process of a story; its methods are what it does, each written as Windows would record it. */
export class Process implements Actor {
  readonly world: World;
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly image: string;
  readonly commandLine: string;
  readonly user: string;
  readonly session: number;
  readonly container: Container | undefined;
  readonly view: View;
  readonly address: string;
  readonly sequence: bigint;
  readonly createTime: bigint;
  readonly #parentSequence: bigint;
  readonly #packageName: string;
  readonly #key: bigint;
  #cpu: number;

  /** Use `scenario.process()` or `process.starts()`. */
  constructor(world: World, spec: ProcessSpec, creator: Process | undefined, createTime: bigint) {
    const parent = spec.parent ?? creator;
    this.world = world;
    this.pid = spec.pid ?? world.nextId();
    this.tid = world.nextId();
    this.parentPid = parent?.pid ?? 0;
    this.#parentSequence = parent?.sequence ?? 0n;
    this.commandLine = spec.commandLine ?? `"${spec.image ?? ''}"`;
    this.image = spec.image ?? imageOf(this.commandLine);
    this.user = spec.user ?? creator?.user ?? SYSTEM_SID;
    this.container = spec.in ?? creator?.container;
    this.session = spec.session ?? this.container?.session ?? creator?.session ?? 0;
    this.view = this.container?.view ?? HOST_VIEW;
    this.address = this.container?.address ?? world.hostAddress;
    this.sequence = world.nextSequence();
    this.createTime = createTime;
    this.#packageName = spec.packageName ?? '';
    this.#key = world.nextObject();
    this.#cpu = world.recorder.random.integer(0, world.recorder.cpus);
  }

  /** The main thread, which now and then moves to another processor. */
  emitter(): Emitter {
    const { recorder } = this.world;
    if (recorder.random.integer(0, 8) === 0) this.#cpu = recorder.random.integer(0, recorder.cpus);
    const items = this.container?.items ?? [];
    const where = { pid: this.pid, tid: this.tid, cpu: this.#cpu };
    return items.length === 0 ? where : { ...where, items };
  }

  /** Starts a child; the events name this process as the one that did it. */
  starts(spec: ProcessSpec | string): Process {
    const { recorder } = this.world;
    recorder.tick();
    const full = typeof spec === 'string' ? { commandLine: spec } : spec;
    const child = new Process(this.world, full, this, recorder.now);
    const from = this.emitter();
    const { processStart } = this.world.build;
    recorder.manifest(eventTable('process', 1, processStart), from, child.#startValues());
    kernelProcess(this.world, 1, child.#facts(), kernelOwner(from));
    if (this.world.threads) child.#thread(3, from);
    if (this.world.images) {
      const system = (library: string) => `C:\\Windows\\System32\\${library}`;
      child.loads(child.image, ...FIRST_LIBRARIES.map(system), ...(full.loads ?? []));
    }
    return child;
  }

  /** Ends with an exit code. */
  exits(code = 0): void {
    const { world } = this;
    const { recorder } = world;
    const from = this.emitter();
    if (world.threads) this.#thread(4, from);
    recorder.manifest(eventTable('process', 2, world.build.processStop), from, this.#stopValues(code));
    kernelProcess(world, 2, this.#facts(), kernelOwner(from), code);
  }

  /** Loads images: Kernel-Process 5 and the kernel logger's Image/Load. */
  loads(...paths: readonly string[]): this {
    const { world } = this;
    for (const path of paths) {
      const { random } = world.recorder;
      const facts = {
        base: 0x7ff8_0000_0000n + BigInt(random.integer(1, 0xffff)) * 0x1_0000n,
        size: random.integer(16, 600) * 4096,
        checksum: random.integer(0, 0x20_0000),
        timestamp: random.integer(0x5000_0000, 0x6900_0000),
        path: ntPath(this.view, path),
      };
      const from = this.emitter();
      world.recorder.manifest(eventTable('process', 5, 0), from, {
        ImageBase: facts.base,
        ImageSize: facts.size,
        ProcessID: this.pid,
        ImageCheckSum: facts.checksum,
        TimeDateStamp: facts.timestamp,
        DefaultBase: facts.base,
        ImageName: facts.path,
      });
      if (world.images) kernelImage(world, this.pid, facts, kernelOwner(from));
    }
    return this;
  }

  /** Starts a thread in another process: ThreadStart whose header names this one. */
  startsThreadIn(other: Process): this {
    const from = this.emitter();
    const tid = this.world.nextId();
    this.world.recorder.manifest(eventTable('process', 3, 1), from, threadValues(other.pid, tid));
    if (this.world.threads) kernelThread(this.world, 1, other.pid, tid, kernelOwner(from));
    return this;
  }

  writesFile(path: string, options: WriteOptions = {}): this {
    writeFile(this, path, options);
    return this;
  }

  readsFile(path: string, size?: number): this {
    readFile(this, path, size);
    return this;
  }

  deletesFile(path: string): this {
    deleteFile(this, path);
    return this;
  }

  renamesFile(path: string, newPath: string): this {
    renameFile(this, path, newPath);
    return this;
  }

  /** Sets a value; `makesKey` creates the key first (CreateKey in the place of OpenKey). */
  setsRegistryValue(key: string, name: string, data: RegistryData, makesKey = false): this {
    setValue(this, key, name, data, makesKey);
    return this;
  }

  readsRegistryValue(key: string, name: string): this {
    readValue(this, key, name);
    return this;
  }

  deletesRegistryValue(key: string, name: string): this {
    deleteValue(this, key, name);
    return this;
  }

  createsRegistryKey(key: string): this {
    createKey(this, key);
    return this;
  }

  deletesRegistryKey(key: string): this {
    deleteKey(this, key);
    return this;
  }

  /** Connects by TCP; the connection then sends, receives and closes. */
  connects(address: string, port: number): Connection {
    return new Connection(this, address, port, this.world.nextPort()).opens(false);
  }

  /** Accepts a TCP connection on a local port. */
  accepts(address: string, port: number, localPort: number): Connection {
    return new Connection(this, address, port, localPort).opens(true);
  }

  /** Sends a UDP datagram, from an ephemeral port unless one is named. */
  sendsDatagram(to: Endpoint, size: number, localPort = this.world.nextPort()): this {
    const local = { address: localAddress(this, to.address), port: localPort };
    datagram(this, 'sent', local, to, size);
    return this;
  }

  receivesDatagram(from: Endpoint, localPort: number, size: number): this {
    const local = { address: localAddress(this, from.address), port: localPort };
    datagram(this, 'received', from, local, size);
    return this;
  }

  /** Resolves a name through the DNS client. */
  resolves(name: string, answer: DnsAnswer = {}): this {
    resolveName(this, name, answer);
    return this;
  }

  /** Runs a script with script block logging on. */
  runsScript(text: string, options: ScriptOptions = {}): this {
    scriptBlock(this, text, options);
    return this;
  }

  /** Runs a cmdlet with module logging on. */
  runsCommand(name: string): this {
    moduleLog(this, name, this.commandLine);
    return this;
  }

  /** The PowerShell console's own start-up events. */
  opensConsole(): this {
    consoleStart(this);
    return this;
  }

  /** Writes a TraceLogging event of an application's own provider. */
  logs(
    provider: TlProvider,
    event: TlEvent,
    values: WriteValues,
    options: { level?: number; keywords?: bigint } = {},
  ): this {
    const { level = 5, keywords = 0n } = options;
    this.world.recorder.event({ ...traceLogging(provider, event, values), level, keywords }, this.emitter());
    return this;
  }

  /** Tells of this process as one that ran before the trace: ProcessRundown, and the kernel logger's DCStart. */
  rundown(controller: Emitter): void {
    const { recorder, build } = this.world;
    const table = eventTable('process', 15, build.processRundown);
    // The controller's thread writes it, outside of any container: no item 16.
    recorder.manifest(table, controller, this.#startValues());
    kernelProcess(this.world, 3, this.#facts(), controller);
  }

  #thread(id: 3 | 4, from: Emitter): void {
    const values = { ...threadValues(this.pid, this.tid), CycleTime: 1_000_000 };
    this.world.recorder.manifest(eventTable('process', id, 1), from, values);
    kernelThread(this.world, id === 3 ? 1 : 2, this.pid, this.tid, kernelOwner(from));
  }

  #facts(): ProcessFacts {
    const { pid, parentPid, session, user, image, commandLine } = this;
    return {
      pid,
      parentPid,
      session,
      user,
      image,
      commandLine,
      key: this.#key,
      packageName: this.#packageName,
    };
  }

  #startValues(): Record<string, WriteValue> {
    const { random } = this.world.recorder;
    const system = this.user === SYSTEM_SID;
    return {
      ProcessID: this.pid,
      ProcessSequenceNumber: this.sequence,
      CreateTime: this.createTime,
      ParentProcessID: this.parentPid,
      ParentProcessSequenceNumber: this.#parentSequence,
      SessionID: this.session,
      Flags: 0,
      ProcessTokenElevationType: 1,
      ProcessTokenIsElevated: system ? 1 : 0,
      MandatoryLabel: system ? 'S-1-16-16384' : 'S-1-16-12288',
      ImageName: ntPath(this.view, this.image),
      ImageChecksum: random.integer(0, 0x20_0000),
      TimeDateStamp: random.integer(0x5000_0000, 0x6900_0000),
      PackageFullName: this.#packageName,
      PackageRelativeAppId: '',
      SecurityMitigations: 0,
    };
  }

  #stopValues(code: number): Record<string, WriteValue> {
    const { random, now } = this.world.recorder;
    return {
      ProcessID: this.pid,
      ProcessSequenceNumber: this.sequence,
      CreateTime: this.createTime,
      ExitTime: now,
      ExitCode: code,
      TokenElevationType: 1,
      HandleCount: random.integer(30, 400),
      CommitCharge: random.integer(200, 4000) * 4096,
      CommitPeak: random.integer(4000, 6000) * 4096,
      CPUCycleCount: random.integer(1_000_000, 900_000_000),
      ReadOperationCount: random.integer(0, 60),
      WriteOperationCount: random.integer(0, 20),
      ReadTransferKiloBytes: random.integer(0, 900),
      WriteTransferKiloBytes: random.integer(0, 90),
      HardFaultCount: random.integer(0, 40),
      // EPROCESS.ImageFileName: 14 characters.
      ImageName: baseName(this.image).slice(0, 14),
    };
  }
}

/** The kernel logger's headers carry no extended items. */
function kernelOwner({ pid, tid, cpu }: Emitter): Emitter {
  return { pid, tid, cpu };
}

function threadValues(pid: number, tid: number): Record<string, WriteValue> {
  const stack = 0xffff_f580_f700_0000n + BigInt(tid) * 0x8000n;
  return {
    ProcessID: pid,
    ThreadID: tid,
    StackBase: stack,
    StackLimit: stack - 0x7000n,
    UserStackBase: 0x3c_4494_0000n,
    UserStackLimit: 0x3c_4393_8000n,
    StartAddr: 0x7ff9_9c90_4150n,
    Win32StartAddr: 0x7ff9_9c90_4150n,
    TebBase: 0x3c_4350_b000n,
    SubProcessTag: 0,
  };
}

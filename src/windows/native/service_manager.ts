import { Buffer } from 'node:buffer';
import { address } from 'koffi';
import {
  ACTION_RESTART,
  AUTO_START,
  ERROR_NORMAL,
  OWN_PROCESS,
  ServiceAccess,
  ServiceControl,
  ServiceError,
  ServiceSetting,
  STATUS_PROCESS_INFO,
} from '../abi/service_constants.ts';
import { ABSENT, readServiceStatus, type ServiceStatus } from '../service/service_status.ts';
import type { Called } from '../sessions/control.ts';
import { callOf, parameters } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

/** A service to install. */
export interface NewService {
  readonly name: string;
  readonly description: string;
  /** The whole command line. */
  readonly command: string;
}

/** Waits before restarts, in milliseconds; when it has run for a day, the first comes again. */
const RESTARTS = [1_000, 10_000, 60_000];
const RESET_SECONDS = 86_400;
/** What stopping may take when the machine goes down; Windows itself grants 10 s. */
const PRESHUTDOWN_MS = 60_000;

type Argument = number | bigint | ArrayBufferView | null;

/** Windows' service control manager, as administrators may use it. */
export class ServiceManager {
  readonly #libraries: Libraries;

  constructor(libraries: Libraries) {
    this.#libraries = libraries;
  }

  /**
   * Adds a service of LocalSystem that starts with Windows, and again when it fails. Not half: what fails takes it away again.
   * What it comes to are settings that this system does not know at all: none on Windows, some under Wine.
   */
  install({ name, description, command }: NewService): Called<readonly string[]> {
    const unknown: string[] = [];
    const done = this.#with('OpenSCManagerW', 'ppn', [null, null, ServiceAccess.manager], (manager) => {
      const [label, line] = [wide(name), wide(command)];
      const start = [ServiceAccess.service, OWN_PROCESS, AUTO_START, ERROR_NORMAL];
      const made = [manager, label, label, ...start, line, null, null, null, null, null];
      return this.#with('CreateServiceW', 'hppnnnnpppppp', made, (service) => {
        const configured = this.#configure(service, description, unknown);
        if (configured.kind === 'failed') this.#do('DeleteService', 'h', [service]);
        return configured;
      });
    });
    return done.kind === 'failed' ? done : { kind: 'ok', value: unknown };
  }

  /** Removes a service; one that runs is gone when it has ended. */
  uninstall(name: string): Called<void> {
    return this.#inService(name, (service) => this.#do('DeleteService', 'h', [service]));
  }

  /** Has it started; it may take a while until it runs. */
  start(name: string): Called<void> {
    return this.#inService(name, (service) => this.#do('StartServiceW', 'hnp', [service, 0, null]));
  }

  /** Asks it to stop, which may take a while, or to read its configuration again. */
  control(name: string, control: 'stop' | 'paramChange'): Called<void> {
    const status = new Uint32Array(7);
    return this.#inService(name, (service) =>
      this.#do('ControlService', 'hnp', [service, ServiceControl[control], status]),
    );
  }

  status(name: string): Called<ServiceStatus> {
    const [status, needed] = [new Uint32Array(9), new Uint32Array(1)];
    const asked = this.#inService(name, (service) =>
      this.#do('QueryServiceStatusEx', 'hnpnp', [
        service,
        STATUS_PROCESS_INFO,
        status,
        status.byteLength,
        needed,
      ]),
    );
    if (asked.kind === 'ok') return { kind: 'ok', value: readServiceStatus(status) };
    return asked.error.code === ServiceError.doesNotExist ? { kind: 'ok', value: ABSENT } : asked;
  }

  #configure(service: bigint, description: string, unknown: string[]): Called<void> {
    const settings: Readonly<Record<keyof typeof ServiceSetting, Uint8Array>> = {
      description: descriptionStruct(description),
      recovery: failureActionsStruct(),
      // An end with an exit code is a failure as well, not only a crash.
      recovery_from_errors: u32(1),
      preshutdown_timeout: u32(PRESHUTDOWN_MS),
    };
    for (const [setting, level] of Object.entries(ServiceSetting)) {
      const memory = settings[setting as keyof typeof ServiceSetting];
      const done = this.#do('ChangeServiceConfig2W', 'hnp', [service, level, memory]);
      if (done.kind === 'ok') continue;
      if (done.error.code !== ServiceError.invalidLevel) return done;
      unknown.push(setting);
    }
    return { kind: 'ok', value: undefined };
  }

  #inService(name: string, use: (service: bigint) => Called<void>): Called<void> {
    return this.#with('OpenSCManagerW', 'ppn', [null, null, ServiceAccess.manager], (manager) =>
      this.#with('OpenServiceW', 'hpn', [manager, wide(name), ServiceAccess.service], use),
    );
  }

  /** With a handle that a function gives, and that is closed behind it. */
  #with(
    name: string,
    letters: string,
    args: readonly Argument[],
    use: (handle: bigint) => Called<void>,
  ): Called<void> {
    const found = this.#libraries.find<(...args: readonly Argument[]) => bigint | number>(
      'advapi32',
      name,
      'uint64',
      parameters(letters),
    );
    const handle = found.kind === 'found' ? BigInt(found.call(...args)) : 0n;
    if (handle === 0n) return this.#refused(name);
    try {
      return use(handle);
    } finally {
      callOf(this.#libraries, 'advapi32', 'CloseServiceHandle', 'h')?.(handle);
    }
  }

  #do(name: string, letters: string, args: readonly Argument[]): Called<void> {
    const done = callOf(this.#libraries, 'advapi32', name, letters)?.(...args) ?? 0;
    return done === 0 ? this.#refused(name) : { kind: 'ok', value: undefined };
  }

  #refused(what: string): Called<never> {
    return refused(what, callOf(this.#libraries, 'kernel32', 'GetLastError', '')?.() ?? 0);
  }
}

// Structs with what they point to behind them, so that it lives as long as they do.

// SERVICE_DESCRIPTIONW: a pointer to the text.
function descriptionStruct(text: string): Uint8Array {
  const memory = Buffer.concat([Buffer.alloc(8), wide(text)]);
  memory.writeBigUInt64LE(address(memory) + 8n, 0);
  return memory;
}

// SERVICE_FAILURE_ACTIONSW: u32 seconds, pointers to message (8) and command (16), u32 count (24), pointer to actions (32),
// which are pairs of u32: what to do, and after how many milliseconds.
function failureActionsStruct(): Uint8Array {
  const memory = Buffer.alloc(40 + 8 * RESTARTS.length);
  memory.writeUInt32LE(RESET_SECONDS, 0);
  memory.writeUInt32LE(RESTARTS.length, 24);
  memory.writeBigUInt64LE(address(memory) + 40n, 32);
  for (const [index, delay] of RESTARTS.entries()) {
    memory.writeUInt32LE(ACTION_RESTART, 40 + 8 * index);
    memory.writeUInt32LE(delay, 44 + 8 * index);
  }
  return memory;
}

function u32(value: number): Uint8Array {
  const memory = Buffer.alloc(4);
  memory.writeUInt32LE(value);
  return memory;
}

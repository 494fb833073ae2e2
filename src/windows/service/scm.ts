import { Buffer } from 'node:buffer';
import { address } from 'koffi';
import { type Call, callOf, parameters } from '../native/host_calls.ts';
import { refused } from '../native/host_failure.ts';
import type { Libraries } from '../native/libraries.ts';
import type { Called } from '../sessions/control.ts';

/** States of a service, by number (winsvc.h SERVICE_STOPPED and so on). */
const STATES = ['unknown', 'stopped', 'starting', 'stopping', 'running', 'continuing', 'pausing', 'paused'] as const;

/** What a service is doing. */
export type ServiceState = (typeof STATES)[number] | 'absent';

/** A service to install. */
export interface NewService {
  readonly name: string;
  readonly display: string;
  readonly description: string;
  /** The whole command line. */
  readonly command: string;
}

// winsvc.h, winnt.h
const SC_MANAGER_ALL_ACCESS = 0xf003f;
const SERVICE_ALL_ACCESS = 0xf01ff;
const SERVICE_WIN32_OWN_PROCESS = 0x10;
const SERVICE_AUTO_START = 2;
const SERVICE_ERROR_NORMAL = 1;
const SERVICE_CONTROL_STOP = 1;
const Config = { description: 1, failureActions: 2, failureActionsFlag: 4 } as const;
const SC_ACTION_RESTART = 1;
const DOES_NOT_EXIST = 1060;

/** Waits before restarts after it ended without being asked, in milliseconds; after a day the first comes again. */
const RESTARTS = [1_000, 10_000, 60_000];
const RESET_SECONDS = 86_400;

type HandleCall = (...args: Parameters<Call>) => bigint | number;

/** Windows' list of services (the service control manager), as administrators may change it. */
export class ServiceManager {
  readonly #libraries: Libraries;

  constructor(libraries: Libraries) {
    this.#libraries = libraries;
  }

  /** Adds a service that starts with Windows, as LocalSystem, and again when it ends without being asked. */
  install({ name, display, description, command }: NewService): Called<void> {
    return this.#inManager((manager) => {
      const service = this.#handle('CreateServiceW', 'hppnnnnpppppp')?.(
        manager, wide(name), wide(display), SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
        SERVICE_ERROR_NORMAL, wide(command), null, null, null, null, null,
      );
      if (!service) return this.#refused('Installing the service');
      try {
        return this.#configure(BigInt(service), description);
      } finally {
        this.#close(service);
      }
    });
  }

  /** Removes a service; one that runs is gone when it has ended. */
  uninstall(name: string): Called<void> {
    return this.#inService(name, (service) => this.#did('DeleteService', 'h', [service], 'Removing the service'));
  }

  start(name: string): Called<void> {
    return this.#inService(name, (service) =>
      this.#did('StartServiceW', 'hnp', [service, 0, null], 'Starting the service'),
    );
  }

  /** Asks it to stop; it may take a while. */
  stop(name: string): Called<void> {
    return this.#inService(name, (service) =>
      this.#did('ControlService', 'hnp', [service, SERVICE_CONTROL_STOP, new Uint32Array(7)], 'Stopping the service'),
    );
  }

  state(name: string): Called<ServiceState> {
    const status = new Uint32Array(7);
    const asked = this.#inService(name, (service) =>
      this.#did('QueryServiceStatus', 'hp', [service, status], 'Asking for the service'),
    );
    if (asked.kind === 'ok') return { kind: 'ok', value: STATES[status[1] ?? 0] ?? 'unknown' };
    return asked.error.code === DOES_NOT_EXIST ? { kind: 'ok', value: 'absent' } : asked;
  }

  #configure(service: bigint, description: string): Called<void> {
    const text = wide(description);
    const told = this.#change(service, Config.description, BigUint64Array.of(address(text)));
    if (told.kind === 'failed') return told;
    const actions = Uint32Array.from(RESTARTS.flatMap((delay) => [SC_ACTION_RESTART, delay]));
    // SERVICE_FAILURE_ACTIONSW: seconds, reboot message, command, count, actions; 64-bit pointers.
    const recovery = BigUint64Array.of(BigInt(RESET_SECONDS), 0n, 0n, BigInt(RESTARTS.length), address(actions));
    const set = this.#change(service, Config.failureActions, recovery);
    // An end with an error counts as a failure, too, not only a crash.
    return set.kind === 'failed' ? set : this.#change(service, Config.failureActionsFlag, Uint32Array.of(1));
  }

  #change(service: bigint, what: number, memory: ArrayBufferView): Called<void> {
    return this.#did('ChangeServiceConfig2W', 'hnp', [service, what, memory], 'Configuring the service');
  }

  #inService(name: string, work: (service: bigint) => Called<void>): Called<void> {
    return this.#inManager((manager) => {
      const service = this.#handle('OpenServiceW', 'hpn')?.(manager, wide(name), SERVICE_ALL_ACCESS);
      if (!service) return this.#refused('Opening the service');
      try {
        return work(BigInt(service));
      } finally {
        this.#close(service);
      }
    });
  }

  #inManager(work: (manager: bigint) => Called<void>): Called<void> {
    const manager = this.#handle('OpenSCManagerW', 'ppn')?.(null, null, SC_MANAGER_ALL_ACCESS);
    if (!manager) return this.#refused('Opening the list of services');
    try {
      return work(BigInt(manager));
    } finally {
      this.#close(manager);
    }
  }

  #did(name: string, letters: string, args: Parameters<Call>, what: string): Called<void> {
    const done = callOf(this.#libraries, 'advapi32', name, letters)?.(...args) ?? 0;
    return done === 0 ? this.#refused(what) : { kind: 'ok', value: undefined };
  }

  #handle(name: string, letters: string): HandleCall | undefined {
    const found = this.#libraries.find<HandleCall>('advapi32', name, 'uint64', parameters(letters));
    return found.kind === 'found' ? found.call : undefined;
  }

  #close(handle: bigint | number): void {
    callOf(this.#libraries, 'advapi32', 'CloseServiceHandle', 'h')?.(handle);
  }

  #refused(what: string): Called<never> {
    return refused(what, callOf(this.#libraries, 'kernel32', 'GetLastError', '')?.() ?? 0);
  }
}

/** UTF-16 with a NUL. */
function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

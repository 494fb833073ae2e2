import { OWN_PROCESS, ServiceAccepts, ServiceError, ServiceStateCode } from '../abi/service_constants.ts';

/** How often Windows is told that a start or a stop comes along, and how long it may wait for that; milliseconds. */
const TICK = 5_000;
const HINT = 30_000;
const ACCEPTED = ServiceAccepts.stop | ServiceAccepts.paramChange | ServiceAccepts.preshutdown;

/**
 * How this process is, as Windows is told of its services. What takes a while is told again with a checkpoint that grows:
 * by that Windows, and who waits, know that it has not hung. `tell` takes a SERVICE_STATUS, seven 32-bit numbers: type,
 * state, controls that are accepted, exit code, the service's own exit code, checkpoint, milliseconds to wait.
 */
export class ServiceReport {
  readonly #tell: (status: Uint32Array) => void;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(tell: (status: Uint32Array) => void) {
    this.#tell = tell;
  }

  starting(): void {
    this.#pending(ServiceStateCode.starting);
  }

  /** Not where it was asked to stop before everything ran. */
  running(): void {
    if (!this.#isStopping) this.#settled(ServiceStateCode.running, ACCEPTED);
  }

  stopping(): void {
    this.#isStopping = true;
    this.#pending(ServiceStateCode.stopping);
  }

  /**
   * A code but 0 is a failure, which Windows' recovery is for: what was asked to stop would be started again, so that never
   * has one, whatever it had to drop.
   */
  stopped(exitCode: number): void {
    this.#settled(ServiceStateCode.stopped, 0, this.#isStopping ? 0 : exitCode);
  }

  #pending(state: number): void {
    clearInterval(this.#timer);
    let checkpoint = 0;
    const tell = () => this.#tell(Uint32Array.of(OWN_PROCESS, state, 0, 0, 0, ++checkpoint, HINT));
    tell();
    this.#timer = setInterval(tell, TICK);
  }

  #settled(state: number, accepted: number, exitCode = 0): void {
    clearInterval(this.#timer);
    const code = exitCode === 0 ? 0 : ServiceError.serviceSpecific;
    this.#tell(Uint32Array.of(OWN_PROCESS, state, accepted, code, exitCode, 0, 0));
  }
}

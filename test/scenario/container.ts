import { eventTable } from './event_tables.ts';
import type { ContainerIdForm, ExtendedItem } from './extended_items.ts';
import { item } from './extended_items.ts';
import type { View } from './paths.ts';
import { HOST_VIEW } from './paths.ts';
import type { Emitter, Recorder } from './recorder.ts';

/** A container as a story gives it. */
export interface ContainerSpec {
  /** `process` (a server silo, the default) or `host` (a HostProcess container: a job, the host's view, session 0). */
  readonly isolation?: 'process' | 'host';
  /** The silo's container id, which JobStart and item 16 carry: a GUID. Default: drawn. */
  readonly silo?: string;
  readonly session?: number;
  readonly jobId?: number;
  /** Its address on the pod network. */
  readonly address?: string;
  /** NT path of its C:. Default: by build, a VHD by GUID or a volume without a letter. */
  readonly systemVolume?: string;
  /** Events from inside carry item 16 in this form (source container tracking). Default: they do not. */
  readonly containerIdItems?: ContainerIdForm;
}

/** A container: a job, and for process isolation a server silo with a session, volume and registry of its own. */
export class Container {
  readonly isolation: 'process' | 'host';
  readonly silo: string;
  readonly session: number;
  readonly jobId: number;
  readonly address: string | undefined;
  readonly view: View;
  readonly items: readonly ExtendedItem[];
  readonly #recorder: Recorder;

  constructor(
    recorder: Recorder,
    spec: ContainerSpec,
    defaults: { jobId: number; session: number; volume: string },
  ) {
    this.#recorder = recorder;
    this.isolation = spec.isolation ?? 'process';
    this.silo = (spec.silo ?? recorder.random.guid()).toLowerCase();
    this.session = this.isolation === 'host' ? 0 : (spec.session ?? defaults.session);
    this.jobId = spec.jobId ?? defaults.jobId;
    this.address = spec.address;
    this.view =
      this.isolation === 'host'
        ? HOST_VIEW
        : { systemVolume: spec.systemVolume ?? defaults.volume, silo: this.silo };
    this.items =
      spec.containerIdItems === undefined ? [] : [containerIdItem(this.silo, spec.containerIdItems)];
  }

  /** The job is made, and for process isolation promoted to a server silo. `by` is who does it (the compute service). */
  starts(by: Emitter): this {
    this.#job(13, by);
    if (this.isolation === 'process') {
      this.#state(0, by);
      this.#recorder.advance(40_000n);
      this.#state(1, by);
    }
    return this;
  }

  /** The silo shuts down and the job ends. */
  stops(by: Emitter): this {
    if (this.isolation === 'process') this.#state(2, by);
    this.#job(14, by);
    return this;
  }

  #job(id: 13 | 14, by: Emitter): void {
    const values = { ContainerID: this.silo, JobID: this.jobId, StatusCode: 0 };
    this.#recorder.manifest(eventTable('process', id, 0), by, values);
  }

  #state(state: number, by: Emitter): void {
    const values = { ContainerID: this.silo, JobID: this.jobId, State: state };
    this.#recorder.manifest(eventTable('process', 22, 0), by, values);
  }
}

/** Windows writes the GUID in upper case (seen in TraceEvent's reading of a trace with two containers). */
function containerIdItem(silo: string, form: ContainerIdForm): ExtendedItem {
  return item.containerId(silo.toUpperCase(), form);
}

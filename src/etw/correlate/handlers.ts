import { type AttributeBlock, valueOf } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { EventMapping } from '../events/mapping.ts';
import { mappingOf } from '../events/mappings.ts';
import { DestinationStep, DnsAnswerStep, DnsNames } from './dns_step.ts';
import { FileJoin } from './file_join.ts';
import { FileNames, FileStep } from './file_step.ts';
import type { Held } from './hold_queue.ts';
import type { Joined } from './pair_join.ts';
import { PathStep } from './path_step.ts';
import { ProcessJoin } from './process_join.ts';
import { ExitStep, ModuleStep, ProcessStep } from './process_step.ts';
import { ProcessViews } from './process_views.ts';
import { RecordForm } from './record_form.ts';
import { RegistryKeys, RegistryStep } from './registry_step.ts';
import { type Role, roleOf } from './roles.ts';
import { ScriptJoin } from './script_join.ts';
import type { Step } from './step.ts';
import { ControlSetStep, VolumeStep } from './system_step.ts';
import { FirstThreads, ThreadStep } from './thread_step.ts';

/** What becomes of the records of one event. */
export interface Handler {
  /** The record to go on, one that waits in its place, or nothing: it is in another one now. */
  take(record: LogRecord, now: number): LogRecord | Held | 'merged';
}

/** Classes of events kept; a hostile trace with more starts anew. */
const MAX_CLASSES = 8192;

/** Everything that correlation knows of one host, and the handlers that learn and tell it. */
export class Handlers {
  readonly #views = new ProcessViews();
  readonly #files = new FileNames();
  readonly #keys = new RegistryKeys();
  readonly #threads = new FirstThreads();
  readonly #names = new DnsNames();
  readonly #processes = new ProcessJoin();
  readonly #changes = new FileJoin();
  readonly #scripts = new ScriptJoin();
  readonly #byBlock = new Map<AttributeBlock, Handler | undefined>();

  constructor(volumes: ReadonlyMap<string, string> = new Map()) {
    this.learnVolumes(volumes);
  }

  /** The host's volumes as the system tells them now. */
  learnVolumes(volumes: ReadonlyMap<string, string>): void {
    if (volumes.size > 0) this.#views.learnVolumes(volumes);
  }

  /** Forgets the paths behind addresses of files and keys. */
  forgetNames(): void {
    for (const names of [this.#files.objects, this.#files.keys, this.#keys.objects, this.#keys.blocks])
      names.clear();
  }

  /** The handler of the records with this block; undefined for those that pass as they are. */
  of(block: AttributeBlock, record: LogRecord): Handler | undefined {
    const known = this.#byBlock.get(block);
    if (known !== undefined || this.#byBlock.has(block)) return known;
    if (this.#byBlock.size >= MAX_CLASSES) this.#byBlock.clear();
    const made = this.#make(block, record);
    this.#byBlock.set(block, made);
    return made;
  }

  #make(block: AttributeBlock, record: LogRecord): Handler | undefined {
    const provider = valueOf(block, Attr.etwProviderId);
    const id = valueOf(block, Attr.etwEventId) ?? 0;
    const opcode = valueOf(block, Attr.etwOpcode) ?? 0;
    if (provider === undefined) return undefined;
    const role = roleOf(provider, id, opcode);
    const mapping = mappingOf(provider, id, opcode);
    // An event whose payload no schema knows has the provider and id, but not the attributes.
    if (role === undefined || mapping === undefined || !tells(mapping, record.eventName)) return undefined;
    return this.#handler(role, new RecordForm(record.own.shape, mapping), mapping);
  }

  #handler(role: Role, form: RecordForm, mapping: EventMapping): Handler {
    switch (role.kind) {
      case 'process': {
        const { moment, side } = role;
        const step =
          moment === 'exit'
            ? new ExitStep(form, this.#views, this.#threads)
            : new ProcessStep(form, this.#views, this.#threads, moment === 'start');
        return joins(step, (record, now) => this.#processes.add(record, form, moment, side, now));
      }
      case 'script':
        return joins(undefined, (record, now) => this.#scripts.add(record, form, now));
      case 'file_change': {
        const { action, change, side } = role;
        const step = new FileStep(form, this.#files, this.#views, action);
        return joins(step, (record, now) => this.#changes.add(record, form, change, side, now));
      }
      case 'file':
        return steps(new FileStep(form, this.#files, this.#views, role.action));
      case 'registry':
        return steps(new RegistryStep(form, this.#keys, this.#views, role.action, role.addresses));
      case 'module':
        return steps(new ModuleStep(form, this.#views));
      case 'thread':
        return steps(new ThreadStep(form, mapping, this.#threads));
      case 'paths':
        return steps(new PathStep(form, this.#views, role));
      case 'dns_answer':
        return steps(new DnsAnswerStep(form, this.#names));
      case 'destination':
        return steps(new DestinationStep(form, this.#names));
      case 'volume':
        return steps(new VolumeStep(this.#views));
      case 'control_set':
        return steps(new ControlSetStep(this.#keys));
    }
  }
}

function tells({ eventName, variants }: EventMapping, name: string): boolean {
  return eventName === name || variants?.some((variant) => variant.eventName === name) === true;
}

function steps(step: Step): Handler {
  return { take: (record) => step.apply(record) };
}

function joins(step: Step | undefined, join: (record: LogRecord, now: number) => Joined): Handler {
  return {
    take(record, now) {
      const complete = step === undefined ? record : step.apply(record);
      return join(complete, now) ?? complete;
    },
  };
}

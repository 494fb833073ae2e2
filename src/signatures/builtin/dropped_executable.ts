import type {
  Findings,
  SignatureContext,
  SignatureDefinition,
  SignatureInstance,
  SignatureRecord,
} from '../api.ts';
import type { HeadReader } from '../file_head.ts';

/** Files that may still be judged; the one that was made longest ago is given up. */
const MAX_FILES = 4096;
/** A file of which nobody tells that it was closed is looked at so many milliseconds after it was made. */
const WRITTEN_AFTER = 5_000;

// Whose work it is to make program files: installers, and the compilers of .NET.
const INSTALLERS = /\\(?:msiexec|TrustedInstaller|TiWorker|MsMpEng|mscorsvw|ngen|csc)\.exe$/i;
/** Names of programs, libraries and drivers. */
const PROGRAM = /\.(?:exe|dll|sys|scr|com|cpl|ocx|node)$/i;
const CACHES = /\\assembly\\(?:NativeImages_|temp\\)|\\Temporary ASP\.NET Files\\/i;

/** A file that was made in a container. */
interface Made {
  /** What was told of it last: that it was made, or got another name. */
  record: SignatureRecord;
  isWritten: boolean;
}

/**
 * A program file appears in a running container. When a file is made it has no bytes yet: it is judged when it is closed, or
 * after some seconds, or when it is run. `head` looks at its first bytes; without it, as in a replay, and where the file
 * cannot be read, its name or being run as an image says the same: inferred. Takes the same record twice without harm.
 */
export function droppedExecutable(head?: HeadReader): SignatureDefinition {
  return {
    id: '9b1a5c52-9f0e-4d0b-8f57-5a3a0d1f6f0e',
    version: '2',
    name: 'Executable dropped in a container',
    level: 'medium',
    description:
      'A file that was written in a running container has the form or the name of a program or library, or is run as one: it is not of the image.',
    author: 'Sigel authors',
    tags: ['attack.command-and-control', 'attack.t1105', 'attack.execution'],
    falsePositives: [
      'Applications that unpack helper programs when they start',
      'Package managers used at run time',
    ],
    events: [
      'file.create',
      'file.rename',
      'file.delete',
      ...(head === undefined ? [] : ['file.cleanup', 'file.close']),
      'process.start',
      'process.module.load',
    ],
    create: (context) => new DroppedExecutable(context, head),
  };
}

class DroppedExecutable implements SignatureInstance {
  readonly #context: SignatureContext;
  readonly #head: HeadReader | undefined;
  /** By container and path, in the order in which they were made. */
  readonly #files = new Map<string, Made>();

  constructor(context: SignatureContext, head: HeadReader | undefined) {
    this.#context = context;
    this.#head = head;
  }

  onEvent(record: SignatureRecord): void | Promise<void> {
    if (record.container === undefined) return undefined;
    const { attributes } = record;
    const path = attributes['file.path'];
    switch (record.eventName) {
      case 'file.create':
        return isOrdinary(record) ? undefined : this.#made(record);
      case 'file.rename':
        return this.#renamed(record, attributes['sigel.file.previous_path']);
      case 'file.delete':
        this.#files.delete(keyOf(record, path));
        return undefined;
      case 'process.start':
        return this.#run(keyOf(record, attributes['process.executable.path']), record);
      case 'process.module.load':
        return this.#run(keyOf(record, attributes['dll.path']), record);
      default:
        return this.#written(this.#files.get(keyOf(record, path)));
    }
  }

  #made(record: SignatureRecord): void {
    const made = { record, isWritten: false };
    this.#keep(made);
    if (this.#head === undefined) this.#judgeByName(made);
    else this.#context.after(WRITTEN_AFTER, () => this.#written(made));
  }

  #renamed(record: SignatureRecord, before: string | undefined): void {
    const key = keyOf(record, before);
    const made = this.#files.get(key);
    if (made === undefined) return;
    this.#files.delete(key);
    made.record = record;
    this.#keep(made);
    if (this.#head === undefined) this.#judgeByName(made);
  }

  async #written(made: Made | undefined): Promise<void> {
    if (made === undefined || made.isWritten) return;
    made.isWritten = true;
    await this.#judge(made);
  }

  #run(key: string, image: SignatureRecord): void | Promise<void> {
    const made = this.#files.get(key);
    if (made === undefined) return undefined;
    // Where nothing is looked at, the detection stands behind the very record.
    return this.#head === undefined ? this.#tell(made, ran(made, image)) : this.#judge(made, image);
  }

  async #judge(made: Made, image?: SignatureRecord): Promise<void> {
    const kind = await this.#look(made);
    if (kind === 'executable') this.#tell(made, { record: made.record, evidence: 'observed' });
    if (kind !== 'unknown') return;
    this.#judgeByName(made);
    if (image !== undefined) this.#tell(made, ran(made, image));
  }

  #judgeByName(made: Made): void {
    const { record } = made;
    if (PROGRAM.test(record.attributes['file.path'] ?? ''))
      this.#tell(made, { record, evidence: 'inferred' });
  }

  async #look({ record }: Made): ReturnType<HeadReader> {
    const { 'file.path': shown, 'sigel.nt_path': kernel } = record.attributes;
    return shown === undefined || this.#head === undefined ? 'unknown' : this.#head({ shown, kernel });
  }

  /** Tells of a file, once. */
  #tell(made: Made, findings: Findings): void {
    const key = keyOf(made.record, made.record.attributes['file.path']);
    if (this.#files.get(key) !== made) return;
    this.#files.delete(key);
    this.#context.emit(findings);
  }

  #keep(made: Made): void {
    const key = keyOf(made.record, made.record.attributes['file.path']);
    this.#files.delete(key);
    this.#files.set(key, made);
    if (this.#files.size <= MAX_FILES) return;
    const [oldest = ''] = this.#files.keys();
    this.#files.delete(oldest);
  }
}

function isOrdinary({ attributes }: SignatureRecord): boolean {
  return (
    INSTALLERS.test(attributes['process.executable.path'] ?? '') || CACHES.test(attributes['file.path'] ?? '')
  );
}

/** What a file that is run as an image says of itself. */
function ran({ record }: Made, image: SignatureRecord): Findings {
  const { 'file.path': file = '', 'process.executable.path': by } = record.attributes;
  const { pid } = record;
  const data = {
    file,
    ...(by === undefined ? {} : { dropped_by: by }),
    ...(pid === undefined ? {} : { dropped_by_pid: pid }),
  };
  return { record: image, evidence: 'inferred', data };
}

function keyOf({ container }: SignatureRecord, path: string | undefined): string {
  return `${container?.id} ${path?.toLowerCase()}`;
}

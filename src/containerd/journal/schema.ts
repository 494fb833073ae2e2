import { z } from 'zod';
import { time } from './time_text.ts';

// The lines of a journal, as docs/containers-journal.md describes them. Keys that are not known here are ignored:
// a later Sigel may write more of them without another version.

/** The version of the format that is written, and the only one that is read. */
export const JOURNAL_VERSION = 1;

/** The longest line, in bytes: the most labels that containerd and Kubernetes let a container have fit in. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

const MAX_PID = 0xffff_ffff;
const text = z.string().max(4096);
const id = z
  .string()
  .regex(/^[\w.-]{1,128}$/, 'expected an identifier of at most 128 letters, digits, ".", "_" and "-"');
const pid = z.int().min(0).max(MAX_PID);
const labels = z.record(z.string(), z.string());
const told = time.describe('When the one who wrote it was told. Lines stand in this order.');

/** The first line. */
export const headerSchema = z
  .object({
    kind: z.literal('journal'),
    version: z.int().describe('Of this format. Another version is not read.'),
    told,
    host: text.describe('Name of the node that containerd runs on.'),
    boot: time.optional().describe('When the node was started, to about a second.'),
    sigel: text.optional().describe('The version of Sigel that wrote it.'),
  })
  .describe('The first line.');

/** A line that says whose journal it is. */
export type Header = z.infer<typeof headerSchema>;

const image = z
  .object({
    name: text.describe('Without tag and digest.'),
    tags: z.array(text).max(64),
    repo_digests: z.array(text).max(64),
  })
  .describe('The image reference in parts.');

const kubernetes = z
  .object({
    namespace: text,
    pod_name: text,
    pod_uid: text,
    container_name: text.optional().describe('Absent for a sandbox.'),
    restart_count: z.int().nonnegative().optional(),
  })
  .describe("Who it is in Kubernetes; only of namespaces that are kubelet's.");

const details = z
  .object({
    type: z.enum(['container', 'sandbox']).describe('A sandbox stands for its pod.'),
    isolation: z
      .enum(['process', 'hostprocess', 'hyperv', 'unknown'])
      .describe('Where its processes live; pids of the last two mean nothing on the node.'),
    labels: labels.describe('As containerd has them.'),
    image: image.optional(),
    runtime: text.describe('`io.containerd.runhcs.v1`.'),
    created_at: time.optional(),
    sandbox_id: id.optional().describe('The sandbox of its pod.'),
    kubernetes: kubernetes.optional(),
    pod_labels: labels.describe("The pod's; only a sandbox has them."),
    complete: z.boolean().describe('False where it was gone before containerd could be asked for all.'),
  })
  .describe('What containerd keeps of it.');

const job = z
  .object({
    silo_id: z
      .string()
      .regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, 'expected a GUID in lower case, without braces')
      .optional()
      .describe('The id that Windows stamps events with.'),
    job_id: z.int().nonnegative().optional(),
    session: z.int().positive().optional().describe("The session of the silo's services."),
    pids: z.array(pid).max(65_536).describe('Pids that were in the job.'),
  })
  .describe("What Windows says of the container's job.");

const subject = {
  told,
  at: time.optional().describe('When it happened; absent where nobody says.'),
  origin: z
    .enum(['initial', 'list', 'event'])
    .default('event')
    .describe('There before the first list, found by listing later, or told when it happened.'),
  namespace: id.describe("containerd's namespace: `k8s.io`."),
  id: id.describe('The container.'),
};
const line = <K extends string, S extends z.core.$ZodLooseShape>(kind: K, shape: S, says: string) =>
  z.object({ kind: z.literal(kind), ...subject, ...shape }).describe(says);

/** Every line after the first. */
export const lineSchema = z.discriminatedUnion('kind', [
  line('container', { details }, 'A container is there, or more is known of it.'),
  line('task', { pid }, 'Its first process is there, and waits to be started.'),
  line('start', { pid }, 'Its first process runs.'),
  line('exec', { exec_id: id, pid }, 'A process was executed in it.'),
  line(
    'exit',
    { exec_id: id.optional(), pid, exit_code: z.int().optional() },
    'Its first process, or one that was executed, is gone.',
  ),
  line('oom', {}, 'It ran out of memory.'),
  line('job', { job }, 'Windows was asked for its job.'),
  line('delete', {}, 'It was removed.'),
  z
    .object({ kind: z.literal('synced'), told, endpoint: text, version: text.describe("containerd's.") })
    .describe('The lists are read: what was not told is not there.'),
  z
    .object({ kind: z.literal('lost'), told, reason: text })
    .describe('Nothing is told from here to the next `synced`.'),
]);

/** A line after the first, parsed. */
export type Line = z.infer<typeof lineSchema>;
/** A line after the first, as it is written. */
export type WrittenLine = z.input<typeof lineSchema>;
/** A line about one container, parsed. */
export type FactLine = Extract<Line, { id: string }>;

/** The kinds of lines that are known; others are skipped. */
export const KINDS: ReadonlySet<unknown> = new Set(lineSchema.options.map(({ shape }) => shape.kind.value));

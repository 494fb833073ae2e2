import type { Container, Image } from '../../containerd/facts.ts';

/** What is shown of a container, as `--json` has it. */
interface PlainContainer {
  readonly namespace: string;
  readonly id: string;
  readonly pod: string | undefined;
  readonly name: string | undefined;
  readonly kind: 'container' | 'sandbox';
  readonly image: string | undefined;
  readonly isolation: string;
  readonly pid: number | undefined;
  readonly state: string;
  readonly exit_code: number | undefined;
}

/** A container id is long enough to be told apart by this much. */
const ID_SHOWN = 13;
const HEAD = ['NAMESPACE', 'ID', 'POD', 'NAME', 'IMAGE', 'ISOLATION', 'PID', 'STATE'];

/** What is shown of a container. */
export function plainContainer({ namespace, id, details, init }: Container): PlainContainer {
  const { kubernetes, kind, image, isolation } = details;
  const isOver = init?.exitedAt !== undefined;
  return {
    namespace,
    id,
    pod: kubernetes && `${kubernetes.namespace}/${kubernetes.podName}`,
    name: kubernetes?.containerName,
    kind,
    image: image && imageText(image),
    isolation,
    pid: isOver ? undefined : init?.pid,
    state: stateOf(init),
    exit_code: init?.exitCode,
  };
}

/** The containers as a table for a person. */
export function containersTable(containers: readonly Container[]): string {
  if (containers.length === 0) return 'No containers.\n';
  const rows = [HEAD, ...containers.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rowOf(container: Container): string[] {
  const {
    namespace,
    id,
    pod,
    name,
    kind,
    image,
    isolation,
    pid,
    state,
    exit_code: code,
  } = plainContainer(container);
  return [
    namespace,
    id.slice(0, ID_SHOWN),
    pod ?? '-',
    name ?? (kind === 'sandbox' ? '(sandbox)' : '-'),
    image ?? '-',
    isolation,
    pid === undefined ? '-' : String(pid),
    code === undefined ? state : `${state} (${code})`,
  ].map(printable);
}

// Names come from whoever made the container.
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function imageText({ name, tags: [tag], repoDigests: [digest] }: Image): string {
  return tag === undefined ? (digest ?? name) : `${name}:${tag}`;
}

function stateOf(init: Container['init']): string {
  if (init === undefined) return 'no task';
  if (init.exitedAt !== undefined) return 'exited';
  return init.startedAt === undefined ? 'created' : 'running';
}

import type { ContainerRow } from '../status/panels.ts';
import type { Container } from './facts.ts';
import type { ContainerView } from './store.ts';

/** Rows of a status page: nobody reads more. */
const MAX_ROWS = 500;

/** The containers of a view for a status page, without sandboxes, the newest first. */
export function containerRows(
  view: ContainerView,
  methodsOf: (container: Container) => readonly string[] = () => [],
): readonly ContainerRow[] {
  const containers = [...view.all()].filter(({ details }) => details.kind === 'container');
  return containers
    .slice(-MAX_ROWS)
    .toReversed()
    .map((container) => rowOf(container, methodsOf(container)));
}

function rowOf(container: Container, methods: readonly string[]): ContainerRow {
  const { namespace, id, details } = container;
  const { image, isolation, kubernetes } = details;
  return {
    id,
    name:
      kubernetes === undefined
        ? `${namespace}/${id}`
        : [kubernetes.namespace, kubernetes.podName, kubernetes.containerName]
            .filter((part) => part !== undefined)
            .join('/'),
    image: image === undefined ? undefined : [image.name, ...image.tags.slice(0, 1)].join(':'),
    isolation,
    state: stateOf(container),
    methods,
  };
}

function stateOf({ init, deletedAt }: Container): ContainerRow['state'] {
  if (deletedAt !== undefined || init?.exitedAt !== undefined) return 'ended';
  return init === undefined ? 'created' : 'running';
}

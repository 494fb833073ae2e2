import { tracePath } from './shared_data.ts';

/** A configuration: one recorded trace, a batch processor where a size is given, one OTLP exporter. */
export function pipelineOf(id: string, exporter: string, batch?: number): string {
  const name = exporter.slice(0, exporter.indexOf(':'));
  const size = batch ?? 0;
  const processors =
    batch === undefined ? '' : `\nprocessors:\n  batch: { send_batch_size: ${size}, timeout: 1s }`;
  return `receivers:
  etl:
    include: [${JSON.stringify(tracePath(id))}]${processors}
exporters:
  ${exporter}
    tls: { insecure: true }
service:
  pipelines:
    logs:
      receivers: [etl]
      processors: [${batch === undefined ? '' : 'batch'}]
      exporters: [${name}]
`;
}

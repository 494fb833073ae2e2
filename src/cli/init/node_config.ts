import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Document, parseDocument } from 'yaml';
import { VERSION } from '../../version.ts';
import type { Finding } from '../doctor/finding.ts';

const FOLDER = new URL('../../../config/', import.meta.url);

/** What is known of a node. */
export interface KnownNode {
  readonly cluster?: string | undefined;
  /** `host:port` of the Collector. */
  readonly endpoint?: string | undefined;
  readonly insecure: boolean;
  /** What the node lacks; undefined where nobody looked. */
  readonly findings: readonly Finding[] | undefined;
}

/** config/node.yaml, comments included, with what is known of the node filled in and told at its top. */
export function nodeConfig(node: KnownNode): string {
  const document = parseDocument(readFileSync(new URL('node.yaml', FOLDER), 'utf8'));
  fillIn(document, node);
  document.commentBefore = head(node);
  return document.toString({ lineWidth: 0 });
}

/** Variables still win over what stands here: one file for all nodes. */
function fillIn(document: Document, { cluster, endpoint, insecure }: KnownNode): void {
  const set = (path: string, value: string) => document.setIn(path.split('/'), value);
  if (cluster !== undefined)
    set('service/telemetry/resource/k8s.cluster.name', `\${env:K8S_CLUSTER_NAME:-${cluster}}`);
  if (endpoint !== undefined) set('exporters/otlp_grpc/endpoint', `\${env:OTLP_ENDPOINT:-${endpoint}}`);
  if (insecure) set('exporters/otlp_grpc/tls/insecure', `\${env:OTLP_INSECURE:-true}`);
}

function head({ findings }: KnownNode): string {
  const schema = fileURLToPath(new URL('schema.json', FOLDER));
  return [
    `yaml-language-server: $schema=${schema}`,
    `A Windows node: live events to an OpenTelemetry Collector. Written by 'sigel init' ${VERSION} on ${hostname()}.`,
    ...found(findings),
  ]
    .map((line) => ` ${line}`)
    .join('\n');
}

function found(findings: readonly Finding[] | undefined): string[] {
  if (findings === undefined) return ["Not on Windows: what the node lacks is said by 'sigel doctor' there."];
  if (findings.length === 0) return ["'sigel doctor' found nothing that this node lacks."];
  return [
    "What 'sigel doctor' found here:",
    ...findings.map(({ check, verdict, found, advice = '' }) =>
      plain(`  ${verdict} ${check}: ${found}${advice === '' ? '' : ` (${advice})`}`),
    ),
  ];
}

/** What a host says of itself stays in its line. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

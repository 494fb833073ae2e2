import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Document, isNode, parseDocument, type Range, stringify } from 'yaml';
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
  const text = readFileSync(new URL('node.yaml', FOLDER), 'utf8');
  const document = parseDocument(text);
  const [start] = rangeOf(document.contents);
  return head(node) + filledIn(text, document, node).slice(start);
}

/**
 * Variables still win over what stands here: one file for all nodes. Values are replaced in the text, since the library,
 * where it writes a document anew, moves comments behind keys without a value.
 */
function filledIn(text: string, document: Document, node: KnownNode): string {
  return valuesOf(node)
    .map(([path, value]) => [rangeOf(document.getIn(path.split('/'), true)), value] as const)
    .sort(([[a]], [[b]]) => b - a)
    .reduce((rest, [[from, to], value]) => rest.slice(0, from) + scalar(value) + rest.slice(to), text);
}

function valuesOf({ cluster, endpoint, insecure }: KnownNode): (readonly [path: string, value: string])[] {
  const values: [string, string][] = [];
  if (cluster !== undefined)
    values.push(['service/telemetry/resource/k8s.cluster.name', `\${env:K8S_CLUSTER_NAME:-${cluster}}`]);
  if (endpoint !== undefined)
    values.push(['exporters/otlp_grpc/endpoint', `\${env:OTLP_ENDPOINT:-${endpoint}}`]);
  if (insecure) values.push(['exporters/otlp_grpc/tls/insecure', '${env:OTLP_INSECURE:-true}']);
  return values;
}

/** In one line, quoted where it must be. */
function scalar(value: string): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
}

/** Where a part of config/node.yaml, which is ours and has it, begins and ends. */
function rangeOf(node: unknown): Range {
  if (!isNode(node) || !node.range) throw new Error('config/node.yaml lacks what sigel init fills in');
  return node.range;
}

function head({ findings }: KnownNode): string {
  const schema = fileURLToPath(new URL('schema.json', FOLDER));
  return [
    `yaml-language-server: $schema=${schema}`,
    `A Windows node: live events to an OpenTelemetry Collector. Written by 'sigel init' ${VERSION} on ${hostname()}.`,
    ...found(findings),
  ]
    .map((line) => `# ${line}\n`)
    .join('');
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

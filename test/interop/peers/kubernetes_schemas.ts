import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { moduleFolder } from './go_protos.ts';
import { KUBERNETES } from './kubernetes_build.ts';

/** As much of JSON Schema as Kubernetes publishes. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly $ref?: string;
  readonly [other: string]: unknown;
}

/** A resource of the Prometheus operator as its makers publish it. */
export interface PublishedResource {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const PROMETHEUS_OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
const REF = '#/definitions/';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** The definition of PodMonitor, from the module of its makers. Rejects when it cannot be had. */
export async function podMonitorDefinition(): Promise<PublishedResource> {
  const folder = await moduleFolder(PROMETHEUS_OPERATOR);
  const file = join(folder, 'example', 'prometheus-operator-crd', 'monitoring.coreos.com_podmonitors.yaml');
  return parse(readFileSync(file, 'utf8')) as PublishedResource;
}

/**
 * Writes a JSON Schema for each kind, strict (a field it does not name is wrong), under the names by which kubeconform looks for
 * them. Returns the template of these names, its `-schema-location`.
 */
export async function writeSchemas(folder: string, own: PublishedResource): Promise<string> {
  const source = await moduleFolder(`k8s.io/kubernetes@v${KUBERNETES}`);
  const text = readFileSync(join(source, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
  const { definitions } = JSON.parse(text) as { definitions: Record<string, Schema> };
  const strict = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      name === QUANTITY ? numeric(schema) : made(schema),
    ]),
  );
  const write = (group: string, version: string, kind: string, schema: object): void => {
    const name = [kind.toLowerCase(), group.split('.')[0], version].filter((part) => part !== '').join('-');
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(schema));
  };
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as Record<string, string>[];
    for (const { group = '', version = '', kind = '' } of kinds.length === 1 ? kinds : [])
      write(group, version, kind, { $ref: `${REF}${name}`, definitions: closure(name, strict) });
  }
  const { group, names, versions } = own.spec;
  for (const { name, schema } of versions) {
    const { metadata: _, ...properties } = made(schema.openAPIV3Schema).properties ?? {};
    write(group, name, names.kind, {
      type: 'object',
      properties: { ...properties, metadata: {} },
      additionalProperties: false,
    });
  }
  return join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

/** What a definition refers to, and what that does. */
function closure(name: string, definitions: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const schema = definitions[next];
    if (schema === undefined || Object.hasOwn(found, next)) continue;
    found[next] = schema;
    for (const [, reference = ''] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g))
      open.push(reference);
  }
  return found;
}

/** A schema in its strict form. */
function made(schema: Schema): Schema {
  const { type, format, properties, items, additionalProperties, ...rest } = schema;
  if (format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return numeric(rest);
  return {
    ...rest,
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items: made(items) }),
    ...(properties === undefined ? {} : { properties: mapped(properties), additionalProperties: false }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: made(additionalProperties) } : {}),
  };
}

function mapped(properties: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, made(schema)]));
}

/** A text or a number: quantities, ports, percentages. */
function numeric({ description }: Schema): Schema {
  return { description, anyOf: [{ type: 'string' }, { type: 'number' }] };
}

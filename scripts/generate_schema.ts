import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { components } from '../src/components.ts';
import { jsonSchemaOf } from '../src/config/json_schema.ts';
import { serviceSchema } from '../src/config/service_config.ts';
import { configSchema } from './config_schema.ts';
import { withMetrics } from './metrics_doc.ts';
import { withOptions } from './options_doc.ts';

// config/schema.json for editors, and the tables of options in the documents.
writeFileSync(
  new URL('../config/schema.json', import.meta.url),
  `${JSON.stringify(configSchema(components), null, 2)}\n`,
);

const documents = components.map(
  ({ kind, type, config }) => [`../${kind}s/${type}/README.md`, config] as const,
);
for (const [path, schema] of [...documents, ['../docs/configuration.md', serviceSchema] as const]) {
  const url = new URL(path, import.meta.url);
  const text = existsSync(url) ? readFileSync(url, 'utf8') : undefined;
  const updated = text === undefined ? undefined : withOptions(text, jsonSchemaOf(schema));
  if (updated !== undefined && updated !== text) writeFileSync(url, updated);
}

// The table of Sigel's own metrics stands there too.
const configuration = new URL('../docs/configuration.md', import.meta.url);
const text = readFileSync(configuration, 'utf8');
const updated = withMetrics(text);
if (updated !== undefined && updated !== text) writeFileSync(configuration, updated);

import { readFileSync } from 'node:fs';
import { jsonSchemaOf } from '../../src/config/json_schema.ts';
import { VERSION } from '../../src/version.ts';
import { withOptions } from '../options_doc.ts';
import { chartValues } from './values.ts';
import { valuesYaml } from './values_yaml.ts';

const ROOT = new URL('../../', import.meta.url);

/** The files of charts/sigel that are made of others: their texts by path in the project. */
export function chartFiles(): Map<string, string> {
  const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
  const { title: _, ...schema } = jsonSchemaOf(chartValues);
  const readme = read('charts/sigel/README.md');
  return new Map([
    ['charts/sigel/values.yaml', valuesYaml()],
    [
      'charts/sigel/values.schema.json',
      `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, null, 2)}\n`,
    ],
    // A chart holds all that it needs, and follows no links when it is packed.
    ['charts/sigel/files/node.yaml', withoutSchema(read('config/node.yaml'))],
    ['charts/sigel/Chart.yaml', withVersion(read('charts/sigel/Chart.yaml'))],
    ['charts/sigel/README.md', withOptions(readme, schema, '.') ?? readme],
  ]);
}

/** Without the line for editors, whose file is elsewhere. */
function withoutSchema(text: string): string {
  return text.replace(/^# yaml-language-server: .*\n/, '');
}

/** Chart and program have one version. */
function withVersion(text: string): string {
  return text
    .replace(/^version: .*$/m, `version: ${VERSION}`)
    .replace(/^appVersion: .*$/m, `appVersion: "${VERSION}"`);
}

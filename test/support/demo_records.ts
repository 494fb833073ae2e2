import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordsOf, type StoredRecord } from '../interop/otlp_json.ts';
import { runCli } from './cli_io.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../config/demo/${name}`, import.meta.url));

/**
 * The records and detections of the demo as they leave the standard pipeline with the built-in rules and, behind those,
 * the processors that are named (without options).
 */
export async function demoRecords(...behind: readonly string[]): Promise<readonly StoredRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-demo-'));
  const output = join(folder, 'records.jsonl');
  try {
    const processors = ['process', 'container_attribution', 'signature', ...behind];
    const config = JSON.stringify({
      receivers: { etl: { include: [demo('shop_attack.etl.gz')] } },
      processors: {
        ...Object.fromEntries(processors.map((name) => [name, {}])),
        container_attribution: { journal: demo('shop_attack.containers.ndjson') },
      },
      exporters: { file: { path: output } },
      service: { pipelines: { logs: { receivers: ['etl'], processors, exporters: ['file'] } } },
    });
    const { code, stderr } = await runCli(['--config', `yaml:${config}`]);
    assert.equal(code, 0, stderr);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    return lines.flatMap((line) => Array.from(recordsOf(JSON.parse(line))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

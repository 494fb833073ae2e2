import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { NamedObject } from './kubernetes.ts';
import { type Ended, run } from './process.ts';

/** An object that a chart makes. */
export interface KubernetesObject extends NamedObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** `helm` with a home of its own, for one chart. */
export class Helm {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sigel-helm-'));
  readonly #program: string;
  readonly #chart: string;

  constructor(program: string, chart: string) {
    this.#program = program;
    this.#chart = chart;
  }

  /** Runs a command for the chart with values; `more` stands in front of the chart. */
  run(
    command: string,
    more: readonly string[],
    values: object,
    flags: readonly string[] = [],
  ): Promise<Ended> {
    // JSON is YAML.
    const file = join(this.folder, 'values.yaml');
    writeFileSync(file, JSON.stringify(values));
    return this.ask([command, ...more, this.#chart, '--values', file, ...flags]);
  }

  /** Runs any command. */
  ask(args: readonly string[]): Promise<Ended> {
    return run(this.#program, args, {
      env: { PATH: '', HOME: this.folder, KUBECONFIG: join(this.folder, 'none') },
    });
  }

  /** The text that a release of the chart would be. Rejects when there is none. */
  async template(values: object): Promise<string> {
    const { code, stdout, stderr } = await this.run('template', ['sigel'], values, ['--namespace', 'sigel']);
    if (code !== 0) throw new Error(`helm template: ${stderr}`);
    return stdout;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The objects in a text of helm's. */
export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

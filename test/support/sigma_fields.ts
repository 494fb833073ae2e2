import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../src/model/log_record.ts';
import { etwLogsources } from '../../src/sigma/fields/table.ts';
import type { FieldValue, Logsource } from '../../src/sigma/logsource.ts';
import { withProcesses } from '../behavior/with_processes.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../scenario/scenario.ts';

/** What Sigma's fields of a log source are in the records of a story, one row for each record. */
export interface FieldStory {
  readonly title: string;
  readonly scenario?: ScenarioOptions;
  readonly story: (s: Scenario) => void;
  /** In order of time; undefined: the field has no value. */
  readonly records: readonly Readonly<Record<string, FieldValue | undefined>>[];
}

/** The log source of a category, or of a service (`service security`). Fails the test where there is none. */
export function logsource(name: string): Logsource {
  const service = name.startsWith('service ') ? name.slice('service '.length) : undefined;
  const found = etwLogsources.find({
    product: 'windows',
    category: service === undefined ? name : undefined,
    service,
  });
  return found ?? assert.fail(`no log source ${name}`);
}

/** The records of a log source among others. */
export function recordsOf(source: Logsource, records: readonly LogRecord[]): readonly LogRecord[] {
  return records.filter((record) => source.eventNames.includes(record.eventName) && source.accepts(record));
}

/** Tests a table of stories, from the trace that Windows writes to the fields that rules ask for. */
export function testFields(name: string, stories: readonly FieldStory[]): void {
  const source = logsource(name);
  for (const { title, scenario: options, story, records } of stories) {
    test(`${source.name}: ${title}`, async () => {
      const s = scenario(options);
      // Its volume is that of C:.
      s.process('C:\\Windows\\System32\\services.exe');
      story(s);
      const found = recordsOf(source, await withProcesses([s.trace()]));
      const shown = found.map((record, i) => {
        const names = Object.keys(records[i] ?? {});
        return Object.fromEntries(names.map((field) => [field, source.field(field)?.read(record)]));
      });
      assert.deepEqual(shown, records);
    });
  }
}

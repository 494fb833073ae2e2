import { type ContainerTest, containerTest } from '../../containerd/container_matcher.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { attributeField } from '../attribute_field.ts';
import { predicate } from '../engine/predicate.ts';
import type { Logsource } from '../logsource.ts';
import { type DetectingRule, keyOf } from '../rule/documents.ts';
import type { Lists } from '../rule/expand.ts';
import type { Expression } from '../rule/expression.ts';
import { sourceOf } from '../source_of.ts';
import type { ExceptionConfig } from './config.ts';
import { readFields } from './fields.ts';

/** Of events that no rule's log source reads: attributes by name, and nothing else. */
const ATTRIBUTES: Logsource = {
  name: 'attributes',
  eventNames: 'any',
  accepts: () => true,
  field: attributeField,
  texts: () => [],
};

/** An exception, ready to be asked. */
export class Exception {
  readonly config: ExceptionConfig;
  /** Detections that it held back. */
  count = 0;
  readonly #rules: ReadonlySet<string> | undefined;
  readonly #container: ContainerTest;
  readonly #fields: Expression | undefined;
  readonly #tests = new WeakMap<Logsource, (record: LogRecord) => boolean>();

  /** Throws, saying whose it is, where its fields name a list that there is not. */
  constructor(config: ExceptionConfig, lists: Lists) {
    this.config = config;
    this.#rules = config.rules === undefined ? undefined : new Set(config.rules);
    this.#container = containerTest(config);
    const read = config.fields === undefined ? undefined : readFields(config.fields, lists);
    if (read?.kind === 'wrong')
      throw new Error(
        `an exception of ${config.owner}: ${read.issues.map(({ message }) => message).join('; ')}`,
      );
    this.#fields = read?.expression;
  }

  /** Whether it is over at a time, in milliseconds since 1970. */
  isOver(now: number): boolean {
    return now >= this.config.expires;
  }

  /** Whether what a rule found in a record falls under it. */
  covers(rule: DetectingRule, record: LogRecord): boolean {
    return this.#names(rule) && this.#container(record.resource) && this.#meets(rule, record);
  }

  #names(rule: DetectingRule): boolean {
    const { name } = rule.metadata;
    const rules = this.#rules;
    return rules === undefined || rules.has(keyOf(rule)) || (name !== undefined && rules.has(name));
  }

  #meets(rule: DetectingRule, record: LogRecord): boolean {
    if (this.#fields === undefined) return true;
    const source = (rule.kind === 'rule' ? sourceOf(rule, record) : undefined) ?? ATTRIBUTES;
    let test = this.#tests.get(source);
    if (test === undefined) {
      test = predicate(this.#fields, source);
      this.#tests.set(source, test);
    }
    return test(record);
  }
}

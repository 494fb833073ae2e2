import type { LogRecord } from '../../model/log_record.ts';
import { attributeField } from '../attribute_field.ts';
import type { Field, Logsource } from '../logsource.ts';
import type { CategoryDefinition } from './definition.ts';
import { textsOf } from './texts.ts';

/** The records of a category, as its table defines them. */
export class CategoryLogsource implements Logsource {
  readonly name: string;
  readonly eventNames: readonly string[];
  readonly #definition: CategoryDefinition;

  constructor(definition: CategoryDefinition) {
    this.#definition = definition;
    this.name = definition.category;
    this.eventNames = definition.eventNames;
  }

  accepts(record: LogRecord): boolean {
    return this.#definition.only?.accepts(record) ?? true;
  }

  field(name: string): Field | undefined {
    const { fields } = this.#definition;
    return Object.hasOwn(fields, name) ? fields[name] : attributeField(name);
  }

  texts(record: LogRecord): readonly string[] {
    return textsOf(record);
  }
}

import type { AttributeKey } from '../model/attribute_set.ts';
import { registered } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Field, FieldValue } from './logsource.ts';

/**
 * A field that a rule calls by the name of an attribute: `container.id`, `k8s.pod.label.app`. Of the record, else of its
 * resource. Undefined for names without a dot, which are Sigma's own.
 */
export function attributeField(name: string): Field | undefined {
  if (!name.includes('.')) return undefined;
  const key = registered(name);
  return { provenance: 'event', read: (record) => valueIn(record, name, key) };
}

function valueIn(record: LogRecord, name: string, key: AttributeKey | undefined): FieldValue | undefined {
  const value: unknown =
    (key === undefined ? undefined : record.get(key)) ?? record.resource.attributes[name];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  return value.filter((one) => typeof one === 'string' || typeof one === 'number');
}

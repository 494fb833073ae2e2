import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `file_storage` extension measures. */
export const STORAGE_METRICS = {
  used: {
    name: 'sigel.storage.used',
    instrument: 'gauge',
    unit: 'By',
    by: MetricAttr.storageStore,
    description: 'Bytes in use of a file.',
  },
  size: {
    name: 'sigel.storage.size',
    instrument: 'gauge',
    unit: 'By',
    by: MetricAttr.storageStore,
    description: 'Bytes that a file takes on the disk, without its log.',
  },
  full: {
    name: 'sigel.storage.writes.full',
    instrument: 'counter',
    unit: '{write}',
    by: MetricAttr.storageStore,
    description: 'Writes that found no room, in `max_size` or on the disk.',
  },
  failed: {
    name: 'sigel.storage.writes.failed',
    instrument: 'counter',
    unit: '{write}',
    by: MetricAttr.storageStore,
    description: 'Writes that failed otherwise.',
  },
  damaged: {
    name: 'sigel.storage.damaged',
    instrument: 'counter',
    unit: '{file}',
    description: 'Files that were found damaged and moved aside.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What is measured of one file. */
export interface StoreCounts {
  readonly size: { readonly used: number; readonly file: number };
  readonly refused: { readonly full: number; readonly failed: number };
}

/** Measures a storage whenever somebody collects. */
export function observeStorage(
  meter: Meter,
  read: () => { readonly stores: ReadonlyMap<string, StoreCounts>; readonly damaged: number },
): void {
  const each = (name: 'used' | 'size' | 'full' | 'failed', value: (counts: StoreCounts) => number): void =>
    observable(meter, STORAGE_METRICS[name]).addCallback((result) => {
      for (const [store, counts] of read().stores)
        result.observe(value(counts), { [MetricAttr.storageStore.name]: store });
    });
  each('used', ({ size }) => size.used);
  each('size', ({ size }) => size.file);
  each('full', ({ refused }) => refused.full);
  each('failed', ({ refused }) => refused.failed);
  observable(meter, STORAGE_METRICS.damaged).addCallback((result) => result.observe(read().damaged));
}

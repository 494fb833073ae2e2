import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

const NS_PER_S = 1e9;
const US_PER_S = 1e6;
/** Between two looks at the event loop; the delay is measured as what a look comes too late. */
const RESOLUTION_MS = 20;
/** A reading that comes sooner after another is of the same window. */
const FRESH_MS = 1_000;

function gauge(name: string, unit: string, description: string): MetricDefinition {
  return { name: `sigel.process.${name}`, instrument: 'gauge', unit, description };
}

const UPTIME = gauge('uptime', 's', 'Time since the process was started.');
const CPU: MetricDefinition = {
  name: 'sigel.process.cpu.time',
  instrument: 'counter',
  unit: 's',
  by: MetricAttr.cpuMode,
  description: 'CPU time of all threads, `user` and `system`.',
};
const RSS = gauge('memory.rss', 'By', 'Memory of the process that is resident.');
const HEAP_USED = gauge('memory.heap.used', 'By', "JavaScript's heap in use.");
const HEAP_TOTAL = gauge('memory.heap.total', 'By', "JavaScript's heap as it is allocated.");
const EXTERNAL = gauge(
  'memory.external',
  'By',
  "Memory outside JavaScript's heap that belongs to its objects.",
);
const DELAY_MEAN = gauge(
  'event_loop.delay.mean',
  's',
  'Mean delay of the event loop since the last reading.',
);
const DELAY_P99 = gauge('event_loop.delay.p99', 's', 'Its 99th percentile.');
const DELAY_MAX = gauge('event_loop.delay.max', 's', 'Its maximum.');

/** What is shown of the process from level `normal` on. */
export const PROCESS_METRICS: readonly MetricDefinition[] = [
  UPTIME,
  CPU,
  RSS,
  HEAP_USED,
  HEAP_TOTAL,
  EXTERNAL,
  DELAY_MEAN,
  DELAY_P99,
  DELAY_MAX,
];

/** Shows the process; returns what ends that. */
export function showProcess(meter: Meter): () => void {
  const delay = new Delay();
  const instruments = new Map(PROCESS_METRICS.map((metric) => [metric, observable(meter, metric)] as const));
  meter.addBatchObservableCallback(
    (result) => observe(result, instruments, delay),
    [...instruments.values()],
  );
  return () => delay.end();
}

function observe(
  result: BatchObservableResult,
  instruments: ReadonlyMap<MetricDefinition, Observable>,
  delay: Delay,
): void {
  const set = (metric: MetricDefinition, value: number, mode?: string) => {
    const instrument = instruments.get(metric);
    const attributes = mode === undefined ? {} : { [MetricAttr.cpuMode.name]: mode };
    if (instrument !== undefined) result.observe(instrument, value, attributes);
  };
  const { user, system } = process.cpuUsage();
  set(CPU, user / US_PER_S, 'user');
  set(CPU, system / US_PER_S, 'system');
  set(UPTIME, process.uptime());
  const memory = process.memoryUsage();
  set(RSS, memory.rss);
  set(HEAP_USED, memory.heapUsed);
  set(HEAP_TOTAL, memory.heapTotal);
  set(EXTERNAL, memory.external);
  const window = delay.read(performance.now());
  if (window === undefined) return;
  set(DELAY_MEAN, window.mean);
  set(DELAY_P99, window.p99);
  set(DELAY_MAX, window.max);
}

/** Delays in seconds. */
interface DelayWindow {
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/** The delay of the event loop since the last reading; readers that come together see the same. */
class Delay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #window: DelayWindow | undefined;
  #readAt = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** Undefined before the first look. `now` in milliseconds, by a clock that never goes back. */
  read(now: number): DelayWindow | undefined {
    const histogram = this.#histogram;
    const isFresh = this.#window !== undefined && now - this.#readAt < FRESH_MS;
    if (isFresh || histogram.count === 0) return this.#window;
    this.#window = {
      mean: late(histogram.mean),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    };
    this.#readAt = now;
    histogram.reset();
    return this.#window;
  }

  end(): void {
    this.#histogram.disable();
  }
}

/** The histogram holds the times between looks, in nanoseconds; the delay is what they took longer. */
function late(ns: number): number {
  return Math.max(0, ns - RESOLUTION_MS * 1e6) / NS_PER_S;
}

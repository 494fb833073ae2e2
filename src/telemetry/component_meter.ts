import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';
import type { EndingMeter } from './metrics.ts';

/**
 * A meter whose measurements all carry these attributes: instances of one component share an instrument, and
 * are told apart by them.
 */
export function componentMeter(meter: Meter, attributes: Attributes): EndingMeter {
  return new ComponentMeter(meter, attributes);
}

class ComponentMeter implements EndingMeter {
  readonly #meter: Meter;
  readonly #attributes: Attributes;
  /** The SDK's callback for each of ours, so that one that is given again is known, and one can be removed. */
  readonly #callbacks = new WeakMap<object, BatchObservableCallback>();
  /** What ends each callback that was given. */
  readonly #ends: (() => void)[] = [];

  constructor(meter: Meter, attributes: Attributes) {
    this.#meter = meter;
    this.#attributes = attributes;
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  createGauge(name: string, options?: MetricOptions) {
    const gauge = this.#meter.createGauge(name, options);
    return { record: (value: number, own?: Attributes) => gauge.record(value, this.#with(own)) };
  }

  createHistogram(name: string, options?: MetricOptions) {
    const histogram = this.#meter.createHistogram(name, options);
    return { record: (value: number, own?: Attributes) => histogram.record(value, this.#with(own)) };
  }

  createCounter(name: string, options?: MetricOptions) {
    const counter = this.#meter.createCounter(name, options);
    return { add: (value: number, own?: Attributes) => counter.add(value, this.#with(own)) };
  }

  createUpDownCounter(name: string, options?: MetricOptions) {
    const counter = this.#meter.createUpDownCounter(name, options);
    return { add: (value: number, own?: Attributes) => counter.add(value, this.#with(own)) };
  }

  createObservableGauge<A extends Attributes>(name: string, options?: MetricOptions): Observable<A> {
    return this.#observable(this.#meter.createObservableGauge(name, options));
  }

  createObservableCounter<A extends Attributes>(name: string, options?: MetricOptions): Observable<A> {
    return this.#observable(this.#meter.createObservableCounter(name, options));
  }

  createObservableUpDownCounter<A extends Attributes>(name: string, options?: MetricOptions): Observable<A> {
    return this.#observable(this.#meter.createObservableUpDownCounter(name, options));
  }

  addBatchObservableCallback<A extends Attributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.#meter.addBatchObservableCallback(this.#wrapped(callback), observables.map(unwrapped));
    this.#ends.push(() => this.removeBatchObservableCallback(callback, observables));
  }

  removeBatchObservableCallback<A extends Attributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.#meter.removeBatchObservableCallback(this.#wrapped(callback), observables.map(unwrapped));
  }

  #observable<A extends Attributes>(observable: Observable): Observable<A> {
    return new ComponentObservable<A>(observable, this.#attributes, this.#ends);
  }

  #wrapped<A extends Attributes>(callback: BatchObservableCallback<A>): BatchObservableCallback {
    const known = this.#callbacks.get(callback);
    if (known !== undefined) return known;
    const wrapped: BatchObservableCallback = (result) =>
      callback({
        observe: (observable, value, own) => result.observe(unwrapped(observable), value, this.#with(own)),
      });
    this.#callbacks.set(callback, wrapped);
    return wrapped;
  }

  #with(own: Attributes | undefined): Attributes {
    return { ...own, ...this.#attributes };
  }
}

class ComponentObservable<A extends Attributes> implements Observable<A> {
  readonly observable: Observable;
  readonly #attributes: Attributes;
  readonly #callbacks = new WeakMap<object, ObservableCallback>();
  readonly #ends: (() => void)[];

  constructor(observable: Observable, attributes: Attributes, ends: (() => void)[]) {
    this.observable = observable;
    this.#attributes = attributes;
    this.#ends = ends;
  }

  addCallback(callback: ObservableCallback<A>): void {
    this.observable.addCallback(this.#wrapped(callback));
    this.#ends.push(() => this.removeCallback(callback));
  }

  removeCallback(callback: ObservableCallback<A>): void {
    this.observable.removeCallback(this.#wrapped(callback));
  }

  #wrapped(callback: ObservableCallback<A>): ObservableCallback {
    const known = this.#callbacks.get(callback);
    if (known !== undefined) return known;
    const wrapped: ObservableCallback = (result) =>
      callback({ observe: (value, own) => result.observe(value, { ...own, ...this.#attributes }) });
    this.#callbacks.set(callback, wrapped);
    return wrapped;
  }
}

/** The SDK knows its own instruments only. */
function unwrapped<A extends Attributes>(observable: Observable<A>): Observable {
  return observable instanceof ComponentObservable ? observable.observable : observable;
}

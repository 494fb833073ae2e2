const INTERVAL_MS = 200;

/** A line on a terminal that is rewritten as reading goes on; says nothing where stderr is no terminal. */
export class Progress {
  readonly #enabled: boolean;
  readonly #label: string;
  readonly #total: number;
  #last = 0;
  #shown = false;

  /** `label` stands in front; `totalBytes` are what update() counts up to. */
  constructor(enabled: boolean, label: string, totalBytes: number) {
    this.#enabled = enabled && process.stderr.isTTY;
    this.#label = label;
    this.#total = totalBytes;
  }

  update(bytes: number, events: number): void {
    if (!this.#enabled) return;
    const now = Date.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    this.#shown = true;
    const percent = this.#total > 0 ? Math.min(100, Math.floor((100 * bytes) / this.#total)) : 100;
    process.stderr.write(
      `\r\u001b[Kreading traces: ${this.#label}${percent}% (${events.toLocaleString('en')} events)`,
    );
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}

import type { ServerResponse } from 'node:http';
import type { Html } from './html.ts';

/** Open pages that are renewed. */
const MAX_VIEWERS = 8;

interface Viewer {
  readonly response: ServerResponse;
  /** What it has of each section. */
  readonly shown: Map<string, string>;
}

/**
 * Pages that are open, as server-sent events: each gets what changed since it last got something. One that does not
 * take what it was sent gets nothing more until it has, so nothing piles up.
 */
export class Viewers {
  readonly #viewers = new Set<Viewer>();

  get size(): number {
    return this.#viewers.size;
  }

  get hasRoom(): boolean {
    return this.#viewers.size < MAX_VIEWERS;
  }

  /** Begins a stream, where there is room. */
  add(response: ServerResponse): void {
    const viewer = { response, shown: new Map<string, string>() };
    this.#viewers.add(viewer);
    response.on('close', () => this.#viewers.delete(viewer));
    response.on('error', () => this.#viewers.delete(viewer));
    response.write('retry: 2000\n\n');
  }

  /** Sends each what it does not have. */
  send(sections: ReadonlyMap<string, Html>): void {
    for (const viewer of this.#viewers) {
      if (viewer.response.writableNeedDrain) continue;
      let text = '';
      for (const [id, { html }] of sections) {
        if (viewer.shown.get(id) === html) continue;
        viewer.shown.set(id, html);
        text += `data: ${JSON.stringify({ id, html })}\n\n`;
      }
      if (text !== '') viewer.response.write(text);
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const { response } of this.#viewers) response.end();
  }
}

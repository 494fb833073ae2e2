import { type Html, html } from '../html.ts';

const WIDTH = 120;
const HEIGHT = 28;

/** The last two minutes as a line; its highest point is the top. */
export function sparkline(values: readonly number[]): Html {
  const top = Math.max(1, ...values);
  const step = WIDTH / 118;
  const points = values.map((value, i) => {
    const x = WIDTH - (values.length - 1 - i) * step;
    return `${x.toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`;
  });
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><polyline points="${points.join(' ')}"></polyline></svg>`;
}

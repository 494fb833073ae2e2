import { type Html, html } from './html.ts';
import { containers } from './sections/containers.ts';
import { detections } from './sections/detections.ts';
import { health } from './sections/health.ts';
import { overview } from './sections/overview.ts';
import { pipelines } from './sections/pipelines.ts';
import { rules } from './sections/rules.ts';
import { schemas } from './sections/schemas.ts';
import type { Look, Section } from './sections/section.ts';
import { sessions } from './sections/sessions.ts';
import { storage } from './sections/storage.ts';
import { talkers } from './sections/talkers.ts';

/** In the order of the page. */
const SECTIONS: readonly Section[] = [
  overview,
  health,
  pipelines,
  detections,
  sessions,
  containers,
  rules,
  talkers,
  storage,
  schemas,
];

/** What stands in each section now, by its id; empty where there is nothing of the kind. */
export function sectionsOf(look: Look): ReadonlyMap<string, Html> {
  return new Map(SECTIONS.map((section) => [section.id, inner(section, look)]));
}

function inner({ id, title, render }: Section, look: Look): Html {
  const content = render(look);
  if (content === undefined) return html``;
  return title === '' ? content : html`<h2 id="${id}-title">${title}</h2>${content}`;
}

/** The whole page, with the configuration as text. It is complete without its script, which only renews it. */
export function pageOf(content: ReadonlyMap<string, Html>, config: string): Html {
  const sections = Array.from(content, ([id, inner]) => html`<section id="${id}">${inner}</section>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sigel</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script src="client.js" defer></script>
</head>
<body>
<header><h1><span aria-hidden="true">ᛋ</span> Sigel</h1><p id="live" class="quiet">not live</p></header>
<main>
${sections}
<section id="config"><h2>Configuration</h2><details><summary>As it takes effect, secrets hidden</summary><pre tabindex="0" role="region" aria-label="Configuration">${config}</pre></details></section>
</main>
</body>
</html>
`;
}

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENTS = globSync(
  '{*.md,{config,connectors,docker,docs,charts,exporters,extensions,processors,receivers,src,test}/**/*.md}',
  {
    cwd: ROOT,
    exclude: (path) => path.includes('node_modules'),
  },
);

/** Where a document's links go: the target and, behind `#`, a heading; what leads out of the project is not asked for. */
function linksOf(text: string): { path: string; heading: string | undefined }[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '``');
  return Array.from(prose.matchAll(/\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)/g), ([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', heading] = target.split('#');
      return { path, heading };
    });
}

/** The names by which headings are linked to, as GitHub makes them; a name used again gets a number. */
function headingsOf(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, title = ''] of text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const shown = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
    const name = shown
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    let unique = name;
    for (let n = 1; names.has(unique); n++) unique = `${name}-${n}`;
    names.add(unique);
  }
  return names;
}

function problemsOf(document: string): string[] {
  const problems: string[] = [];
  for (const { path, heading } of linksOf(readFileSync(join(ROOT, document), 'utf8'))) {
    const target = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), decodeURI(path));
    if (relative(ROOT, target).startsWith('..')) problems.push(`${path} leads out of the project`);
    else if (!existsSync(target)) problems.push(`${path} is not there`);
    else if (heading !== undefined && statSync(target).isFile() && target.endsWith('.md')) {
      const known = headingsOf(readFileSync(target, 'utf8'));
      if (!known.has(decodeURI(heading))) problems.push(`${path}#${heading}: no such heading`);
    }
  }
  return problems;
}

test('every link between documents leads to a file and a heading', () => {
  assert.ok(DOCUMENTS.includes('README.md'));
  assert.ok(DOCUMENTS.length > 40);
  const problems = DOCUMENTS.flatMap((document) =>
    problemsOf(document).map((problem) => `${document}: ${problem}`),
  );
  assert.deepEqual(problems, []);
});

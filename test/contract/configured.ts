import { existsSync, readFileSync } from 'node:fs';
import type { AnyDefinition } from '../../src/component.ts';
import { checkSection } from '../../src/config/check_components.ts';
import type { Section } from '../../src/config/checked.ts';
import { expand } from '../../src/config/expand.ts';
import type { ConfigIssue } from '../../src/config/issue.ts';
import { readText } from '../../src/config/read_file.ts';
import { readYaml } from '../../src/config/read_yaml.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';

/** A file of a component's folder; undefined when it is not there. */
export function fileOf({ kind, type }: AnyDefinition, name: string): string | undefined {
  const url = new URL(`../../${kind}s/${type}/${name}`, import.meta.url);
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}

/** A config of a component's testdata/config.yaml, parsed. */
export interface Configured {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether all its peers are on this machine. */
  readonly local: boolean;
}

/**
 * Everything in a component's testdata/config.yaml: ids and configs as they stand under their section. Throws,
 * with the errors as a person sees them, when something is wrong. Peers on this machine become port 1, where
 * nothing listens: whatever else may run here is not sent test records. Port 0 stays: who listens there takes a free one.
 */
export async function configuredOf(definition: AnyDefinition): Promise<readonly Configured[]> {
  const section: Section = `${definition.kind}s`;
  const text = (fileOf(definition, 'testdata/config.yaml') ?? '').replaceAll(
    /(?:127\.0\.0\.1|localhost):[1-9]\d*/g,
    '127.0.0.1:1',
  );
  const source = new Source(`${section}/${definition.type}/testdata/config.yaml`, text);
  const issues: ConfigIssue[] = [];
  const read = readYaml(source);
  if (read.kind === 'wrong') throw new Error(renderIssues(read.issues));
  const value = await expand(read.node, { env: {}, readFile: readText, issues });
  const { components } = checkSection(section, { key: value.range, value }, [definition], issues);
  if (issues.length > 0) throw new Error(renderIssues(issues));
  return Array.from(components.values(), ({ id, config }) => ({ id, config, local: isLocal(config) }));
}

function isLocal(config: object): boolean {
  return Object.entries(config).every(([key, value]: [string, unknown]) => {
    const peers = /(?:endpoint|url|host|server)s?$/i.test(key) ? JSON.stringify(value) : '[]';
    if (peers !== '[]' && !/\b127\.0\.0\.1\b/.test(peers)) return false;
    return typeof value !== 'object' || value === null || isLocal(value);
  });
}

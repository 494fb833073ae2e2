import type { CheckedSections } from './check_components.ts';
import { KIND_OF, type PipelineConfig, SECTIONS, type Section } from './checked.ts';
import { type ConfigIssue, issueAt, warningAt } from './issue.ts';

/** The ids of each section that something names. */
export type UsedIds = Readonly<Record<Section, ReadonlySet<string>>>;

/** What pipelines and the service name. */
export function usedIds(pipelines: readonly PipelineConfig[], extensions: readonly string[]): UsedIds {
  return {
    receivers: new Set(pipelines.flatMap(({ receivers }) => receivers)),
    processors: new Set(pipelines.flatMap(({ processors }) => processors)),
    exporters: new Set(pipelines.flatMap(({ exporters }) => exporters)),
    connectors: new Set(pipelines.flatMap(({ receivers, exporters }) => receivers.concat(exporters))),
    extensions: new Set(extensions),
  };
}

/** Asks each component that is used whether this machine can run it. */
export function checkMachine(
  sections: CheckedSections,
  used: UsedIds,
  severity: ConfigIssue['severity'],
  issues: ConfigIssue[],
): void {
  for (const section of SECTIONS) {
    for (const { id, definition, entry } of sections[section].components.values()) {
      const reason = used[section].has(id) ? definition.unsupported?.() : undefined;
      if (reason === undefined) continue;
      const message = `${KIND_OF[section]} "${id}" cannot run on this machine`;
      issues.push({ ...issueAt('unsupported', entry.key, message, reason), severity });
    }
  }
}

/** Warns of components that do nothing. Not beside errors: a mistyped reference makes what it meant look unused. */
export function warnOfUnused(sections: CheckedSections, used: UsedIds, issues: ConfigIssue[]): void {
  for (const section of SECTIONS) {
    const where = section === 'extensions' ? 'service::extensions does not name it' : 'no pipeline uses it';
    for (const { id, entry } of sections[section].components.values()) {
      if (used[section].has(id)) continue;
      issues.push(
        warningAt('unused_component', entry.key, `${KIND_OF[section]} "${id}" does nothing: ${where}`),
      );
    }
  }
}

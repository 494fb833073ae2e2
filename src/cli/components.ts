import type { AnyDefinition, Kind } from '../component.ts';
import { type Command, ExitCode, parseCommandLine, writeOut, wrongUsage } from './command.ts';

/** `sigel components`. */
export const componentsCommand: Command = {
  name: 'components',
  summary: 'List the components this build has',
  help: `Usage: sigel components

Prints the receivers, processors, exporters, connectors and extensions of this build as YAML, with what each
is for, its signals, and, where this machine cannot run it, why.

Options:
  -h, --help            show this help
`,
  async run(args, io) {
    const parsed = parseCommandLine(args, {});
    if (parsed.kind === 'wrong') return wrongUsage(io, 'components', parsed.message);
    const [extra] = parsed.positionals;
    if (extra !== undefined) return wrongUsage(io, 'components', `unexpected argument "${extra}"`);
    const [{ components }, { VERSION }, { stringify }] = await Promise.all([
      import('../components.ts'),
      import('../version.ts'),
      import('yaml'),
    ]);
    const ofKind = (kind: Kind) => components.filter((definition) => definition.kind === kind).map(describe);
    const list = {
      buildinfo: { command: 'sigel', version: VERSION },
      receivers: ofKind('receiver'),
      processors: ofKind('processor'),
      exporters: ofKind('exporter'),
      connectors: ofKind('connector'),
      extensions: ofKind('extension'),
    };
    await writeOut(io.stdout, stringify(list, { lineWidth: 0 }));
    return ExitCode.done;
  },
};

function describe(definition: AnyDefinition): Record<string, unknown> {
  const { type, aliases, description } = definition;
  const reason = definition.unsupported?.();
  return {
    name: type,
    ...(aliases === undefined ? {} : { aliases }),
    description,
    ...flow(definition),
    ...(reason === undefined ? {} : { unsupported: reason }),
  };
}

/** What a component takes and gives. */
function flow(definition: AnyDefinition): { readonly signals?: readonly string[] } {
  switch (definition.kind) {
    case 'receiver':
    case 'exporter':
      return { signals: definition.signals };
    case 'processor':
      return { signals: named({ logs: definition.createLogs, traces: definition.createTraces }) };
    case 'connector': {
      const { createLogsToLogs, createLogsToTraces, createTracesToTraces } = definition;
      return {
        signals: named({
          'logs to logs': createLogsToLogs,
          'logs to traces': createLogsToTraces,
          'traces to traces': createTracesToTraces,
        }),
      };
    }
    case 'extension':
      return {};
  }
}

function named(factories: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(factories).filter((name) => factories[name] !== undefined);
}

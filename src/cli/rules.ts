import { type Command, type Io, wrongUsage } from './command.ts';

/** A command below `sigel rules`. Its module is loaded when it is asked for. */
export interface RulesCommand {
  /** Runs with the arguments behind its name; resolves to the exit code. */
  run(args: readonly string[], io: Io): Promise<number>;
}

const COMMANDS: Readonly<Record<string, () => Promise<RulesCommand>>> = {
  check: async () => (await import('./rules/check.ts')).rulesCheck,
  test: async () => (await import('./rules/test_command.ts')).rulesTest,
  coverage: async () => (await import('./rules/coverage.ts')).rulesCoverage,
  pack: async () => (await import('./rules/pack.ts')).rulesPack,
  explain: async () => (await import('./rules/explain.ts')).rulesExplain,
  except: async () => (await import('./rules/except.ts')).rulesExcept,
};

const HELP = `Usage: sigel rules check PATH... [--list NAME=VALUE,...] [--json]
       sigel rules test PATH... [--json] [--junit FILE]
       sigel rules test PATH... --on FILE.ndjson|FILE.evtx|FILE.etl [--on FILE]... [--min-level LEVEL] [--list NAME=VALUE,...] [--json] [--junit FILE]
       sigel rules explain RULE-FILE RECORD.json [--json]
       sigel rules pack PATH... --key PRIVATE.pem --out PACK.tar.gz
       sigel rules except DETECTIONS.json --owner NAME [--uid UID] [--days N] [--reason TEXT] [--field ATTRIBUTE]... [--file EXCEPTIONS.yaml]
       sigel rules coverage PATH... [--config SOURCE]... [--missing] [--list NAME=VALUE,...] [--json]

check says how many Sigma rules load, and of each that does not, where and why.
test says which rules fire on recorded events; without --on it runs the tests beside rules (NAME.test.yml beside NAME.yml: events
under fires and quiet; docs/rules.md). PATH is a rule file, a folder of them or a glob.
explain says which parts of a rule an event meets.
pack puts rules together for nodes and signs them (docs/rule-packs.md); a rule that does not load is not packed.
except writes an exception for a detection that is known to be right: of its rule, namespace, workload, image and program. DETECTIONS
is a file of OTLP JSON lines, as sigel replay --format json and the file exporter write it.
coverage says which rules can fire on what the receivers of a configuration record (without one: the preset security),
which cannot, and for want of what. A rule can fire when some branch of its condition has all the fields that it must find.

An .evtx file is a recorded event log of Windows, Sysmon's too; an .etl or .etl.gz file a recorded trace, whose events are seen with their
processes and, where a journal lies beside it, containers. An event of an .ndjson file is a JSON object on a line of its own: fields by Sigma's names and, where known, Channel,
Provider_Name and EventID. Without Channel and Provider_Name it belongs to every log source that its EventID fits;
without EventID, to all.

Options:
  --on FILE            recorded events; may be given several times
  --min-level LEVEL    only rules of this level and above
  --list NAME=A,B      values for %NAME% in rules with the modifier expand; may be given several times
  --key FILE           pack: the private Ed25519 key, in PEM
  --out FILE           pack: the pack; its signature stands beside it in FILE.sig
  --owner NAME         except: who answers for it
  --uid UID            except: the log.record.uid of the detection, where the file has several
  --days N             except: how long it holds, 30 days unless given
  --reason TEXT        except: why
  --field ATTRIBUTE    except: an attribute, such as process.command_line, whose value has to be the same too
  --file FILE          except: add it to this file of exceptions (option exception_files) instead of printing it
  --config SOURCE      coverage: a configuration, as for sigel run; --set KEY=VALUE changes one value of it
  --missing            coverage: say of each rule what it lacks
  --junit FILE         test: write the outcome as JUnit XML too: on events, a rule that fired has passed, others are skipped
  --json               check, coverage: one object; test: an object on a line for each match, with rule_id, title, level, file
                       and record (the line, from 1; of .evtx the EventRecordID, of .etl the place in time, from 0) or, of a correlation, records
  --help               this text

Exit codes: 0 done; check: 1 when a rule does not load, unless all it lacks is a list; test: 1 when a file, or a line of
one, cannot be read, no rule loads or a test beside a rule fails; 2 wrong usage.
`;

/** `sigel rules`: rules outside of a pipeline. */
export const rulesCommand: Command = {
  name: 'rules',
  summary: 'Check Sigma rules, and try them on recorded events',
  help: HELP,
  async run(args, io) {
    const [name, ...rest] = args;
    const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load !== undefined) return (await load()).run(rest, io);
    const known = Object.keys(COMMANDS).join(', ');
    return wrongUsage(
      io,
      'rules',
      name === undefined ? `say what: ${known}` : `no '${name}' here, but ${known}`,
    );
  },
};

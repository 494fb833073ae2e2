import { eventTable } from './event_tables.ts';
import type { Actor } from './world.ts';

/** How a script block is logged. */
export interface ScriptOptions {
  /** The script's file, if it has one. */
  readonly path?: string;
  /** Characters per event: a longer block comes in parts. Default 15,000. */
  readonly partSize?: number;
  /** 5 verbose; 3 (warning) when PowerShell itself finds the text suspicious. */
  readonly level?: number;
}

/** Script block logging: PowerShell 4104, in as many parts as the text needs. Returns the block's id. */
export function scriptBlock(actor: Actor, text: string, options: ScriptOptions = {}): string {
  const { recorder } = actor.world;
  const size = options.partSize ?? 15_000;
  const total = Math.max(1, Math.ceil(text.length / size));
  const id = recorder.random.guid();
  const table = { ...eventTable('powershell', 4104, 1), level: options.level ?? 5 };
  for (let part = 0; part < total; part++) {
    recorder.manifest(table, actor.emitter(), {
      MessageNumber: part + 1,
      MessageTotal: total,
      ScriptBlockText: text.slice(part * size, (part + 1) * size),
      ScriptBlockId: id,
      Path: options.path ?? '',
    });
  }
  return id;
}

/** Module logging: PowerShell 4103, one per command that ran. */
export function moduleLog(actor: Actor, command: string, commandLine: string): void {
  const context = {
    Severity: 'Informational',
    'Host Name': 'ConsoleHost',
    'Host Version': '5.1.20348.2849',
    'Host Application': commandLine,
    'Engine Version': '5.1.20348.2849',
    'Command Name': command,
    'Command Type': 'Cmdlet',
    User: 'User Manager\\ContainerAdministrator',
  };
  const lines = Object.entries(context).map(([name, value]) => `        ${name} = ${value}\r\n`);
  actor.world.recorder.manifest(eventTable('powershell', 4103, 1), actor.emitter(), {
    ContextInfo: lines.join(''),
    UserData: '',
    Payload: `CommandInvocation(${command}): "${command}"\r\n`,
  });
}

/** The console host's start: 40961, 53504 (named pipe), 40962. */
export function consoleStart(actor: Actor): void {
  const { recorder } = actor.world;
  recorder.manifest(eventTable('powershell', 40961, 1), actor.emitter(), {});
  recorder.advance(400_000n);
  const values = { param1: String(actor.pid), param2: 'DefaultAppDomain' };
  recorder.manifest(eventTable('powershell', 53504, 1), actor.emitter(), values);
  recorder.manifest(eventTable('powershell', 40962, 1), actor.emitter(), {});
}

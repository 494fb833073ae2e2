import { GenerationMap } from '../../etw/correlate/generation_map.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';

/** A node has few accounts. A text that is made anew for each record would have to be looked up by its characters. */
const KNOWN = new GenerationMap<string, { readonly domain: string; readonly text: string }>(256);

/** Longer ones, which Windows does not have, are not kept. */
const MAX_LENGTH = 512;

/** An account as Windows writes it: `DOMAIN\name`; undefined where its name is not known. */
export function accountText(name: string | undefined, domain: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (domain === undefined) return name;
  const known = KNOWN.get(name);
  if (known?.domain === domain) return known.text;
  const text = `${domain}\\${name}`;
  if (text.length <= MAX_LENGTH) KNOWN.set(name, { domain, text });
  return text;
}

/** The account of a record. */
export function accountOf(record: LogRecord): string | undefined {
  return accountText(record.get(Attr.userName), record.get(Attr.userDomain));
}

// SYSTEM_LUID, LOCALSERVICE_LUID and NETWORKSERVICE_LUID of winnt.h: these accounts have one logon for ever.
const LOGONS: ReadonlyMap<string, string> = new Map([
  ['S-1-5-18', '0x3e7'],
  ['S-1-5-19', '0x3e5'],
  ['S-1-5-20', '0x3e4'],
]);

/** The logon that a record tells, or that follows from its account. */
export function logonIdOf(record: LogRecord): string | undefined {
  const told = record.get(Attr.logonId);
  if (told !== undefined) return told;
  const sid = record.get(Attr.userId);
  return sid === undefined ? undefined : LOGONS.get(sid);
}

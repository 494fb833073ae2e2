import type { AccountName } from '../../etw/accounts.ts';
import type { LookUpAccount } from '../host/accounts.ts';
import type { Called } from '../sessions/control.ts';
import { type Call, parameters } from './host_calls.ts';
import { sidBytes } from './host_sid.ts';
import { fromWide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

/** Characters: a user has at most 256, a domain 15; full names of domains are longer. */
const MAX_NAME = 512;

/** How koffi calls on a thread of libuv's. */
interface AsyncCall extends Call {
  readonly async: (...args: readonly unknown[]) => void;
}

/**
 * LookupAccountSidW on another thread. Why it failed, Windows tells only the thread that asked, so that the
 * code is 0.
 */
export function accountLookUp(libraries: Libraries): LookUpAccount {
  const found = libraries.find<AsyncCall>('advapi32', 'LookupAccountSidW', 'int32', parameters('ppppppp'));
  return (text) => {
    const sid = sidBytes(text);
    if (sid === undefined || found.kind !== 'found') return Promise.resolve(notFound(text));
    // Held by the callback: what the call reads and writes must live until then.
    const memory = {
      sid,
      name: new Uint16Array(MAX_NAME),
      domain: new Uint16Array(MAX_NAME),
      nameSize: Uint32Array.of(MAX_NAME),
      domainSize: Uint32Array.of(MAX_NAME),
      use: new Uint32Array(1),
    };
    const { name, nameSize, domain, domainSize, use } = memory;
    const done = Promise.withResolvers<Called<AccountName>>();
    found.call.async(null, sid, name, nameSize, domain, domainSize, use, (error: unknown, ok: number) => {
      done.resolve(error !== null || ok === 0 ? notFound(text) : { kind: 'ok', value: accountOf(memory) });
    });
    return done.promise;
  };
}

function notFound(sid: string): Called<never> {
  const message = `LookupAccountSidW knows no account ${sid}, or could not ask`;
  return { kind: 'failed', error: { code: 0, name: '0', message, advice: undefined } };
}

function accountOf(memory: { readonly name: Uint16Array; readonly domain: Uint16Array }): AccountName {
  const name = fromWide(memory.name);
  const domain = fromWide(memory.domain);
  // A domain stands for itself: its name comes as the domain.
  if (name === '') return { name: domain, domain: undefined };
  return { name, domain: domain === '' ? undefined : domain };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Called } from '../../../src/windows/sessions/control.ts';

const [, , folder = ''] = process.argv;
const isBuilt = !existsSync(join(folder, 'src', 'main.ts'));

/**
 * A module of the Sigel that is verified (a checkout or an installed package, the program's first argument):
 * the programs here lie in a checkout whose own modules may be for another system.
 */
async function load<M>(path: string): Promise<M> {
  const file = isBuilt ? join('dist', 'src', `${path}.js`) : join('src', `${path}.ts`);
  return (await import(pathToFileURL(join(folder, file)).href)) as M;
}

const native = 'windows/native';
/** `src/windows` of the Sigel that is verified. */
export const product = {
  ...(await load<typeof import('../../../src/windows/native/libraries.ts')>(`${native}/libraries`)),
  ...(await load<typeof import('../../../src/windows/native/etw_control.ts')>(`${native}/etw_control`)),
  ...(await load<typeof import('../../../src/windows/native/etw_functions.ts')>(`${native}/etw_functions`)),
  ...(await load<typeof import('../../../src/windows/native/mutex.ts')>(`${native}/mutex`)),
  ...(await load<typeof import('../../../src/windows/native/consumer_functions.ts')>(
    `${native}/consumer_functions`,
  )),
  ...(await load<typeof import('../../../src/windows/native/canary_writer.ts')>(`${native}/canary_writer`)),
  ...(await load<typeof import('../../../src/windows/native/tdh_calls.ts')>(`${native}/tdh_calls`)),
  ...(await load<typeof import('../../../src/windows/native/host_accounts.ts')>(`${native}/host_accounts`)),
  ...(await load<typeof import('../../../src/windows/native/host_calls.ts')>(`${native}/host_calls`)),
  ...(await load<typeof import('../../../src/windows/native/host_clock.ts')>(`${native}/host_clock`)),
  ...(await load<typeof import('../../../src/windows/native/host_folder.ts')>(`${native}/host_folder`)),
  ...(await load<typeof import('../../../src/windows/native/host_rights.ts')>(`${native}/host_rights`)),
  ...(await load<typeof import('../../../src/windows/native/host_text.ts')>(`${native}/host_text`)),
  ...(await load<typeof import('../../../src/windows/native/host_volumes.ts')>(`${native}/host_volumes`)),
  ...(await load<typeof import('../../../src/windows/abi/session_properties.ts')>(
    'windows/abi/session_properties',
  )),
  ...(await load<typeof import('../../../src/windows/abi/constants.ts')>('windows/abi/constants')),
  ...(await load<typeof import('../../../src/windows/abi/guid_bytes.ts')>('windows/abi/guid_bytes')),
  ...(await load<typeof import('../../../src/windows/consumer/consumer.ts')>('windows/consumer/consumer')),
  ...(await load<typeof import('../../../src/windows/consumer/self_check.ts')>(
    'windows/consumer/self_check',
  )),
  ...(await load<typeof import('../../../src/windows/consumer/walk.ts')>('windows/consumer/walk')),
  ...(await load<typeof import('../../../src/windows/sessions/owner.ts')>('windows/sessions/owner')),
  ...(await load<typeof import('../../../src/windows/sessions/owned_session.ts')>(
    'windows/sessions/owned_session',
  )),
  ...(await load<typeof import('../../../src/windows/sessions/enable_provider.ts')>(
    'windows/sessions/enable_provider',
  )),
  ...(await load<typeof import('../../../src/windows/sessions/canary_provider.ts')>(
    'windows/sessions/canary_provider',
  )),
  ...(await load<typeof import('../../../src/etw/events/sigel.ts')>('etw/events/sigel')),
  ...(await load<typeof import('../../../src/windows/sessions/presets.ts')>('windows/sessions/presets')),
  ...(await load<typeof import('../../../src/windows/sessions/providers.ts')>('windows/sessions/providers')),
  ...(await load<typeof import('../../../src/windows/sessions/keywords.ts')>('windows/sessions/keywords')),
  ...(await load<typeof import('../../../src/windows/sessions/system_logger.ts')>(
    'windows/sessions/system_logger',
  )),
  ...(await load<typeof import('../../../src/windows/schemas/provider_list.ts')>(
    'windows/schemas/provider_list',
  )),
  ...(await load<typeof import('../../../src/windows/jobs/host_jobs.ts')>('windows/jobs/host_jobs')),
  ...(await load<typeof import('../../../src/windows/trust/host_signatures.ts')>(
    'windows/trust/host_signatures',
  )),
  ...(await load<typeof import('../../../src/windows/host/volumes.ts')>('windows/host/volumes')),
  ...(await load<typeof import('../../../src/windows/host/write_access.ts')>('windows/host/write_access')),
  ...(await load<typeof import('../../../src/windows/event_log/host_event_log.ts')>(
    'windows/event_log/host_event_log',
  )),
  ...(await load<typeof import('../../../src/event_log/xml/event_from_xml.ts')>(
    'event_log/xml/event_from_xml',
  )),
  ...(await load<typeof import('../../../src/etw/catalogue/provider_names.ts')>(
    'etw/catalogue/provider_names',
  )),
  ...(await load<typeof import('../../../src/etw/buffer_header.ts')>('etw/buffer_header')),
};

/** What must be there for a check to make sense. */
export function need<T>(called: Called<T>): T {
  if (called.kind === 'ok') return called.value;
  throw new Error(called.error.message);
}

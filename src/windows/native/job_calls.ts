import { address } from 'koffi';
import { JOB_OBJECT_QUERY, OBJ_CASE_INSENSITIVE } from '../abi/job_constants.ts';
import { OBJECT_ATTRIBUTES, UNICODE_STRING } from '../abi/job_structs.ts';
import { writeWide } from '../abi/wide_text.ts';
import type { JobCalls } from '../jobs/job_calls.ts';
import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import type { Libraries } from './libraries.ts';

/** The functions of ntdll.dll that ask about jobs. */
export function jobCalls(libraries: Libraries): Called<JobCalls> {
  const open = callOf(libraries, 'jobs', 'NtOpenJobObject', 'pnp');
  const query = callOf(libraries, 'jobs', 'NtQueryInformationJobObject', 'hnpnp');
  const close = callOf(libraries, 'jobs', 'NtClose', 'h');
  if (open === undefined || query === undefined || close === undefined)
    return refused('Asking about jobs', 0);
  const calls: JobCalls = {
    open(name) {
      const handle = new BigUint64Array(1);
      const status = open(handle, JOB_OBJECT_QUERY, namedObject(name));
      return { status, handle: handle[0] ?? 0n };
    },
    query: (handle, jobClass, buffer) => query(handle, jobClass, buffer, buffer.length, null),
    close: (handle) => void close(handle),
  };
  return { kind: 'ok', value: calls };
}

/** An OBJECT_ATTRIBUTES with what it points to behind it, in one piece of memory. */
function namedObject(name: string): Uint8Array {
  const textAt = OBJECT_ATTRIBUTES.size + UNICODE_STRING.size;
  const bytes = new Uint8Array(textAt + 2 * name.length + 2);
  const view = new DataView(bytes.buffer);
  const base = address(bytes);
  view.setUint32(OBJECT_ATTRIBUTES.at.Length, OBJECT_ATTRIBUTES.size, true);
  view.setBigUint64(OBJECT_ATTRIBUTES.at.ObjectName, base + BigInt(OBJECT_ATTRIBUTES.size), true);
  view.setUint32(OBJECT_ATTRIBUTES.at.Attributes, OBJ_CASE_INSENSITIVE, true);
  const at = OBJECT_ATTRIBUTES.size;
  view.setUint16(at + UNICODE_STRING.at.Length, 2 * name.length, true);
  view.setUint16(at + UNICODE_STRING.at.MaximumLength, 2 * name.length + 2, true);
  view.setBigUint64(at + UNICODE_STRING.at.Buffer, base + BigInt(textAt), true);
  writeWide(view, textAt, name);
  return bytes;
}

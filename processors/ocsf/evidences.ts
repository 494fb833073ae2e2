import { isIP } from 'node:net';
import type { AttributeKey } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { listOf, objectOf, objectWith } from './object.ts';
import { containerOf } from './resources.ts';

/** Regular File. */
const FILE = { type_id: 1, type: 'Regular File' } as const;

/** By Windows' mandatory label: `integrity_id` and its caption. */
const INTEGRITY: ReadonlyMap<string | undefined, readonly [id: number, caption: string]> = new Map([
  ['untrusted', [1, 'Untrusted']],
  ['low', [2, 'Low']],
  ['medium', [3, 'Medium']],
  ['medium_plus', [3, 'Medium']],
  ['high', [4, 'High']],
  ['system', [5, 'System']],
  ['protected', [6, 'Protected']],
]);

/** By event name: `direction_id` of a connection and its caption. */
const DIRECTIONS: ReadonlyMap<string | undefined, readonly [id: number, caption: string]> = new Map([
  ['network.connect', [2, 'Outbound']],
  ['network.accept', [1, 'Inbound']],
]);
const UNKNOWN = [0, 'Unknown'] as const;

/** What a detection is founded on: one evidence of its event, undefined where that tells nothing that OCSF has a place for. */
export function evidencesOf(detection: LogRecord): readonly Value[] | undefined {
  const artifacts = objectOf({
    process: processOf(detection),
    file: fileOf(detection.get(Attr.filePath), detection.get(Attr.fileName)),
    ...connectionOf(detection),
    query: queryOf(detection),
    reg_value: registryValueOf(detection),
    data: detection.get(Attr.detectionData) ?? detection.get(Attr.correlationGroup),
  });
  if (artifacts === undefined) return undefined;
  return listOf([{ ...artifacts, ...objectOf({ container: containerOf(detection.resource) }) }]);
}

function processOf(detection: LogRecord): ValueMap | undefined {
  const [integrityId, integrity] = INTEGRITY.get(detection.get(Attr.windowsIntegrityLevel)) ?? [];
  return objectOf({
    pid: detection.get(Attr.processPid),
    uid: detection.get(Attr.processEntityId),
    name: detection.get(Attr.processExecutableName),
    cmd_line: detection.get(Attr.processCommandLine),
    created_time: timeOf(detection.get(Attr.processCreationTime)),
    integrity_id: integrityId,
    integrity,
    file: fileOf(
      detection.get(Attr.processExecutablePath),
      detection.get(Attr.processExecutableName),
      hashesOf(detection),
    ),
    user: objectOf({
      uid: detection.get(Attr.userId),
      name: detection.get(Attr.userName),
      domain: detection.get(Attr.userDomain),
    }),
    parent_process: parentOf(detection),
  });
}

/** OCSF wants the pid or the uid of every process. */
function parentOf(detection: LogRecord): ValueMap | undefined {
  const pid = detection.get(Attr.processParentPid);
  const uid = detection.get(Attr.processParentEntityId);
  if (pid === undefined && uid === undefined) return undefined;
  const name = detection.get(Attr.processParentExecutableName);
  return objectOf({
    pid,
    uid,
    name,
    cmd_line: detection.get(Attr.processParentCommandLine),
    file: fileOf(detection.get(Attr.processParentExecutablePath), name),
  });
}

function fileOf(
  path: string | undefined,
  name: string | undefined,
  hashes?: readonly Value[],
): ValueMap | undefined {
  const base = name ?? path?.split('\\').at(-1);
  return base === undefined ? undefined : { ...FILE, name: base, ...objectOf({ path, hashes }) };
}

function hashesOf(detection: LogRecord): readonly Value[] | undefined {
  const hash = (key: AttributeKey<string>, algorithm_id: number, algorithm: string) =>
    objectWith({ algorithm_id, algorithm }, { value: detection.get(key) });
  return listOf([
    hash(Attr.processHashMd5, 1, 'MD5'),
    hash(Attr.processHashSha1, 2, 'SHA-1'),
    hash(Attr.processHashSha256, 3, 'SHA-256'),
  ]);
}

function connectionOf(detection: LogRecord): Readonly<Record<string, Value | undefined>> {
  const protocol_name = detection.get(Attr.networkTransport);
  if (protocol_name === undefined) return {};
  const [direction_id, direction] = DIRECTIONS.get(detection.get(Attr.detectionEventName)) ?? UNKNOWN;
  return {
    connection_info: { direction_id, direction, protocol_name },
    src_endpoint: objectOf({
      ip: addressOf(detection.get(Attr.sourceAddress)),
      port: detection.get(Attr.sourcePort),
    }),
    dst_endpoint: objectOf({
      ip: addressOf(detection.get(Attr.destinationAddress)),
      port: detection.get(Attr.destinationPort),
      hostname: detection.get(Attr.destinationDomain),
    }),
  };
}

function addressOf(text: string | undefined): string | undefined {
  return text !== undefined && isIP(text) !== 0 ? text : undefined;
}

function queryOf(detection: LogRecord): ValueMap | undefined {
  const hostname = detection.get(Attr.dnsQuestionName);
  return hostname === undefined
    ? undefined
    : { hostname, ...objectOf({ type: detection.get(Attr.dnsQuestionType) }) };
}

function registryValueOf(detection: LogRecord): ValueMap | undefined {
  const path = detection.get(Attr.registryKey);
  const name = detection.get(Attr.registryValue);
  return path === undefined || name === undefined ? undefined : { path, name };
}

/** Unix milliseconds of an RFC 3339 time. */
function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

import { isIP } from 'node:net';
import type { AttributeKey } from '../../src/model/attribute_set.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { Value } from '../../src/model/value.ts';

/** A field of ECS, and what it is made of. */
export interface EcsField {
  readonly to: AttributeKey;
  /** Undefined where the value is nothing that the field may hold. */
  readonly of: (value: Value) => Value | undefined;
}

const same = (value: Value) => value;
const text = (value: Value) => (typeof value === 'number' ? String(value) : undefined);
const alone = (value: Value) => [value];
const ip = (value: Value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined);

function ips(value: Value): Value | undefined {
  const found = Array.isArray(value) ? value.filter((one) => ip(one) !== undefined) : [];
  return found.length === 0 ? undefined : found;
}

/** As seen from the host: OpenTelemetry's `transmit` and `receive`. */
const direction = (value: Value) =>
  value === 'transmit' ? 'egress' : value === 'receive' ? 'ingress' : undefined;

const FIELDS: readonly (readonly [from: AttributeKey, to: AttributeKey, of?: EcsField['of']])[] = [
  [Attr.logRecordUid, Attr.ecsEventId],
  [Attr.etwEventId, Attr.ecsEventCode, text],
  [Attr.etwProviderName, Attr.ecsEventProvider],

  [Attr.processExecutableName, Attr.ecsProcessName],
  [Attr.processExecutablePath, Attr.ecsProcessExecutable],
  [Attr.processCreationTime, Attr.ecsProcessStart],
  [Attr.processExitTime, Attr.ecsProcessEnd],
  [Attr.processExitCode, Attr.ecsProcessExitCode],
  [Attr.threadId, Attr.ecsProcessThreadId],
  [Attr.processParentPid, Attr.ecsProcessParentPid],
  [Attr.processParentExecutableName, Attr.ecsProcessParentName],
  [Attr.processParentExecutablePath, Attr.ecsProcessParentExecutable],

  [Attr.sourceAddress, Attr.ecsSourceIp, ip],
  [Attr.destinationAddress, Attr.ecsDestinationIp, ip],
  [Attr.networkIoDirection, Attr.ecsNetworkDirection, direction],
  [Attr.dnsAnswers, Attr.ecsDnsResolvedIp, ips],

  [Attr.securityRuleUuid, Attr.ecsRuleId],
  [Attr.securityRuleName, Attr.ecsRuleName],
  [Attr.securityRuleCategory, Attr.ecsRuleCategory],
  [Attr.securityRuleDescription, Attr.ecsRuleDescription],
  [Attr.securityRuleReference, Attr.ecsRuleReference],
  [Attr.securityRuleVersion, Attr.ecsRuleVersion],
  [Attr.securityRuleLicense, Attr.ecsRuleLicense],
  [Attr.securityRulesetName, Attr.ecsRuleRuleset],
  [Attr.ruleAuthor, Attr.ecsRuleAuthor, alone],
];

/**
 * The fields of ECS 8 that OpenTelemetry has under another name, by that. Fields that both name alike (process.pid,
 * user.name, threat.*, dll.*, registry.*, …) are on the records already. Source: the field reference of the Elastic
 * Common Schema.
 */
export const ECS_FIELDS: ReadonlyMap<AttributeKey, readonly EcsField[]> = byKey();

function byKey(): Map<AttributeKey, EcsField[]> {
  const fields = new Map<AttributeKey, EcsField[]>();
  for (const [from, to, of = same] of FIELDS) fields.set(from, [...(fields.get(from) ?? []), { to, of }]);
  return fields;
}

/** The same for resources. Elastic's rules for Windows ask for `host.os.type`. */
export const ECS_RESOURCE_FIELDS: readonly (readonly [from: string, to: string])[] = [
  [ResourceAttr.hostArch.name, ResourceAttr.ecsHostArchitecture.name],
  [ResourceAttr.osType.name, ResourceAttr.ecsHostOsType.name],
  [ResourceAttr.osVersion.name, ResourceAttr.ecsHostOsVersion.name],
  [ResourceAttr.osDescription.name, ResourceAttr.ecsHostOsFull.name],
  [ResourceAttr.k8sClusterName.name, ResourceAttr.ecsOrchestratorClusterName.name],
  [ResourceAttr.k8sNamespaceName.name, ResourceAttr.ecsOrchestratorNamespace.name],
];

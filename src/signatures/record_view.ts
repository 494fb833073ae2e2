import { Attr, ResourceAttr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { SignatureContainer, SignatureRecord } from './api.ts';

/** A log record as signatures see it, without a copy. */
export class RecordView implements SignatureRecord {
  readonly log: LogRecord;

  constructor(log: LogRecord) {
    this.log = log;
  }

  get eventName(): string {
    return this.log.eventName;
  }

  get time(): number {
    return timeOf(this.log);
  }

  get pid(): number | undefined {
    return this.log.get(Attr.processPid) ?? this.log.get(Attr.etwProcessId);
  }

  get container(): SignatureContainer | undefined {
    const { attributes } = this.log.resource;
    const text = (key: { readonly name: string }): string | undefined => {
      const value = attributes[key.name];
      return typeof value === 'string' ? value : undefined;
    };
    const id = text(ResourceAttr.containerId);
    if (id === undefined) return undefined;
    return {
      id,
      name: text(ResourceAttr.k8sContainerName) ?? text(ResourceAttr.containerName),
      image: text(ResourceAttr.containerImageName),
      pod: text(ResourceAttr.k8sPodName),
      namespace: text(ResourceAttr.k8sNamespaceName),
    };
  }

  get attributes(): SignatureRecord['attributes'] {
    return this.log.attributes as SignatureRecord['attributes'];
  }

  get resource(): SignatureRecord['resource'] {
    return this.log.resource.attributes as SignatureRecord['resource'];
  }
}

/** Milliseconds since 1970, with fractions. */
export function timeOf({ hrTime: [seconds, nanoseconds] }: LogRecord): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

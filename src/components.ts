import { forward } from '../connectors/forward/index.ts';
import { processTrace } from '../connectors/process_trace/index.ts';
import { debugExporter } from '../exporters/debug/index.ts';
import { fileExporter } from '../exporters/file/index.ts';
import { otelSdkExporter } from '../exporters/otel_sdk/index.ts';
import { otlpGrpcExporter } from '../exporters/otlp_grpc/index.ts';
import { otlpHttpExporter } from '../exporters/otlp_http/index.ts';
import { webhookExporter } from '../exporters/webhook/index.ts';
import { bearerTokenExtension } from '../extensions/bearertokenauth/index.ts';
import { captureExtension } from '../extensions/capture/index.ts';
import { containerdExtension } from '../extensions/containerd/index.ts';
import { controlExtension } from '../extensions/control/index.ts';
import { fileStorageExtension } from '../extensions/file_storage/index.ts';
import { healthCheckExtension } from '../extensions/health_check/index.ts';
import { zpagesExtension } from '../extensions/zpages/index.ts';
import { batchProcessor } from '../processors/batch/index.ts';
import { containerAttributionProcessor } from '../processors/container_attribution/index.ts';
import { ecsProcessor } from '../processors/ecs/index.ts';
import { fileFactsProcessor } from '../processors/file_facts/index.ts';
import { filterProcessor } from '../processors/filter/index.ts';
import { memoryLimiterProcessor } from '../processors/memory_limiter/index.ts';
import { ocsfProcessor } from '../processors/ocsf/index.ts';
import { processProcessor } from '../processors/process/index.ts';
import { rateLimitProcessor } from '../processors/rate_limit/index.ts';
import { resourceProcessor } from '../processors/resource/index.ts';
import { signatureProcessor } from '../processors/signature/index.ts';
import { agentReceiver } from '../receivers/agent/index.ts';
import { containerdReceiver } from '../receivers/containerd/index.ts';
import { etlReceiver } from '../receivers/etl/index.ts';
import { etwReceiver } from '../receivers/etw/index.ts';
import { evtxReceiver } from '../receivers/evtx/index.ts';
import { otlpReceiver } from '../receivers/otlp/index.ts';
import { windowsEventLogReceiver } from '../receivers/windows_event_log/index.ts';
import type { AnyDefinition } from './component.ts';

/** Every component this build has: the only list of them. */
export const components: readonly AnyDefinition[] = [
  // receivers
  agentReceiver,
  containerdReceiver,
  etlReceiver,
  etwReceiver,
  evtxReceiver,
  otlpReceiver,
  windowsEventLogReceiver,
  // processors
  batchProcessor,
  containerAttributionProcessor,
  ecsProcessor,
  fileFactsProcessor,
  filterProcessor,
  memoryLimiterProcessor,
  ocsfProcessor,
  processProcessor,
  rateLimitProcessor,
  resourceProcessor,
  signatureProcessor,
  // exporters
  debugExporter,
  fileExporter,
  otlpGrpcExporter,
  otlpHttpExporter,
  otelSdkExporter,
  webhookExporter,
  // connectors
  forward,
  processTrace,
  // extensions
  bearerTokenExtension,
  captureExtension,
  containerdExtension,
  controlExtension,
  fileStorageExtension,
  healthCheckExtension,
  zpagesExtension,
];

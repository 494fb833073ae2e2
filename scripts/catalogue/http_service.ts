import type { CatalogueFile } from '../../src/etw/catalogue/format.ts';
import { readFields } from './classic/layout.ts';

const RESPONSE =
  'u64 RequestId:hex, u64 ConnectionId:hex, u16 StatusCode, asz Verb, u32 HeaderLength, u16 EntityChunkCount, u32 CachePolicy';
const SENT = 'u64 RequestId:hex, u16 HttpStatus';
const CACHED = 'wsz Uri, u16 StatusCode, asz Verb, u32 HeaderLength, u32 ContentLength, u64 ExpirationTime';
const LOGS = 'u32 Type@LogType, u32 Group@LogGroup';
const FORMAT = 'u32 Format@LogFormat';
const RATES = 'u32 Bandwidth, u32 PeakBandwidth, u32 BurstSize';
const SLICES = 'u32 NumberOfSlices, u32 SliceIndex1, u32 SliceIndex2';
const RANGES = 'u32 NumberOfRanges, u64 Range1Start, u64 Range1End, u64 Range2Start, u64 Range2End';

/** Events of version 0, as Windows 7 has them: id, task, opcode, fields. Later versions are not published. */
const EVENTS: readonly (readonly [id: number, task: string, opcode: string, fields: string])[] = [
  [
    1,
    'Request',
    'RecvReq',
    'u64 RequestId:hex, u64 ConnectionId:hex, u32 RemoteAddrLength, bytes(RemoteAddrLength) RemoteAddr:sockaddr',
  ],
  [2, 'Request', 'Parse', 'ptr RequestObj, u32 HttpVerb, wsz Url'],
  [
    3,
    'Request',
    'Deliver',
    'ptr RequestObj, u64 RequestId:hex, u32 SiteId, wsz RequestQueueName, wsz Url, status Status',
  ],
  [4, 'Request', 'RecvResp', RESPONSE],
  [5, 'Request', 'RecvRespLast', 'u64 RequestId:hex'],
  [6, 'Request', 'RecvBody', 'u64 RequestId:hex, u64 ConnectionId:hex'],
  [7, 'Request', 'RecvBodyLast', 'u64 RequestId:hex'],
  [8, 'Request', 'FastResp', RESPONSE],
  [9, 'Request', 'FastRespLast', 'u64 RequestId:hex'],
  [10, 'Request', 'SendComplete', SENT],
  [11, 'Request', 'CachedAndSend', SENT],
  [12, 'Request', 'FastSend', SENT],
  [13, 'Request', 'ZeroSend', SENT],
  [14, 'Request', 'LastSndError', SENT],
  [15, 'Request', 'SndError', 'u64 RequestId:hex, asz Reason, status Status'],
  [16, 'Request', 'SrvdFrmCache', 'ptr RequestObj, u32 SiteId, u32 BytesSent'],
  [17, 'Request', 'CachedNotModified', 'ptr RequestObj, u32 SiteId, u32 BytesSent'],
  [18, 'Setup', 'ResvUrl', 'wsz Url, status ReserveStatus'],
  [19, 'Setup', 'ReadIpListEntry', 'u32 IpAddrLength, bytes(IpAddrLength) IpAddress:sockaddr'],
  [
    20,
    'Setup',
    'CreatedSslCred',
    'ptr EndpointConfigObj, u32 AddressLength, bytes(AddressLength) Address:sockaddr, u32 CertHashLength, bytes(CertHashLength) CertHash, wsz CertStoreName, u32 CertCheckMode, u32 RevokeFreshnessTime, u32 RevokeRetrievalTime, u32 Flags:hex, wsz CtlId, wsz CtlStoreName',
  ],
  [
    21,
    'Connection',
    'ConnConnect',
    'ptr ConnectionObj, u32 LocalAddrLength, bytes(LocalAddrLength) LocalAddr:sockaddr, u32 RemoteAddrLength, bytes(RemoteAddrLength) RemoteAddr:sockaddr',
  ],
  [22, 'Connection', 'ConnIdAssgn', 'u64 RequestId:hex, u64 ConnectionId:hex, ptr ConnectionObj'],
  [23, 'Connection', 'ConnClose', 'ptr ConnectionObj, u32 Abortive'],
  [24, 'Connection', 'ConnCleanup', 'ptr ConnectionObj'],
  [25, 'Cache', 'AddedCacheEntry', CACHED],
  [26, 'Cache', 'AddCacheEntryFailed', 'wsz UrlBuffer, status ErrorStatus'],
  [27, 'Cache', 'FlushedCache', CACHED],
  [28, 'Configuration', 'ChgUrlGrpProp', 'u32 Property, status Status'],
  [29, 'Configuration', 'ChgSrvSesProp', 'u32 Property, status Status'],
  [30, 'Configuration', 'ChgReqQueueProp', 'u32 Property, status Status'],
  [31, 'Configuration', 'AddUrl', 'u64 UrlGroupId:hex, wsz Url, status Status'],
  [32, 'Configuration', 'RemUrl', 'u64 UrlGroupId:hex, wsz Url'],
  [33, 'Configuration', 'RemAllUrls', 'u64 UrlGroupId:hex'],
  [34, 'Ssl', 'SslConnEvent', 'ptr ConnectionObj'],
  [35, 'Ssl', 'SslInitiateHandshake', 'ptr ConnectionObj'],
  [36, 'Ssl', 'SslHandshakeComplete', 'status Status, ptr ConnectionObj'],
  [37, 'Ssl', 'SslInitiateSslRcvClientCert', 'ptr ConnectionObj'],
  [38, 'Ssl', 'SslRcvClientCertFailed', 'status Status, ptr ConnectionObj'],
  [39, 'Ssl', 'SslRcvdRawData', 'u32 DataLength, ptr ConnectionObj'],
  [40, 'Ssl', 'SslDlvrdStreamData', 'u32 DataLength, ptr ConnectionObj'],
  [41, 'Ssl', 'SslAcceptStreamData', 'u32 DataLength, ptr ConnectionObj'],
  [
    43,
    'Authentication',
    'SspiCall',
    'u64 ConnectionId:hex, asz AuthType, status SecStatus, status AuthStatus',
  ],
  [
    44,
    'Authentication',
    'AuthCacheEntryAdded',
    'u64 ConnectionId:hex, asz AuthCacheType, ptr AccessTokenOrHandle, status Status',
  ],
  [45, 'Authentication', 'AuthCacheEntryFreed', 'ptr AccessTokenOrHandle, status Status'],
  [46, 'Connection', 'QosFlowSetReset', 'u64 ConnectionId:hex, u32 Bandwidth, status Status'],
  [47, 'Logging', 'LoggingConfigFailed', `status Status, ${LOGS}, wsz Directory, wsz Software, u32 SiteId`],
  [
    48,
    'Logging',
    'LoggingConfig',
    `u32 Present, ${LOGS}, ${FORMAT}, wsz Directory, wsz Software, u32 SiteId`,
  ],
  [49, 'Logging', 'LogFileCreateFailed', `status Status, ${LOGS}, ${FORMAT}, wsz Filename, u32 SiteId`],
  [50, 'Logging', 'LogFileCreate', `ptr Handle, ${LOGS}, ${FORMAT}, wsz Filename, u32 SiteId`],
  [51, 'Logging', 'LogFileWrite', `status Status, ptr Handle, ${LOGS}, ${FORMAT}, asz ResType, u32 SiteId`],
  [
    52,
    'Request',
    'ParseRequestFailed',
    'status Status, u64 RequestId:hex, asz Reason, u32 ErrorCode, u32 HintLength, bytes(HintLength) HintData',
  ],
  [53, 'Timeout', 'ConnTimedOut', 'u64 ConnectionId:hex, ptr ConnectionObj, asz Timer'],
  [56, 'Ssl', 'SslEndpointCreationFailed', 'ptr EndpointConfigObj, status SecStatus, asz Detail'],
  [57, 'Ssl', 'SslDisconnEvent', 'ptr ConnectionObj'],
  [58, 'Ssl', 'SslDisconnReq', 'ptr ConnectionObj, status Status'],
  [59, 'Ssl', 'SslUnsealMsg', 'ptr ConnectionObj, status SecStatus'],
  [60, 'Ssl', 'SslQueryConnInfoFailed', 'ptr ConnectionObj, status SecStatus, asz Detail'],
  [
    61,
    'Ssl',
    'SslEndpointConfigNotFound',
    'ptr ConnectionObj, u32 AddressLength, bytes(AddressLength) Address:sockaddr',
  ],
  [62, 'Ssl', 'SslAsc', 'ptr ConnectionObj, status SecStatus'],
  [63, 'Ssl', 'SslSealMsg', 'ptr ConnectionObj, status SecStatus'],
  [64, 'Request', 'RequestRejected', 'u64 RequestId:hex, asz Reason, wsz RequestQueueName'],
  [65, 'Request', 'RequestCancelled', 'u64 RequestId:hex, asz Reason, wsz RequestQueueName'],
  [66, 'Driver', 'HotAddProcFailed', 'u8 NewProcNumber, asz ReasonString, status Status'],
  [67, 'Driver', 'HotAddProcSucceeded', 'u8 NewProcNumber, asz Comment'],
  [68, 'Request', 'UserResponseFlowInit', `ptr FlowHandle, ${RATES}`],
  [69, 'Request', 'CachedResponseFlowInit', `ptr FlowHandle, ${RATES}`],
  [70, 'Request', 'FlowInitFailed', `${RATES}, status Status`],
  [71, 'Connection', 'SetConnectionFlow', 'ptr Connection, ptr FlowHandle'],
  [72, 'Connection', 'RequestAssociatedToConfigurationFlow', 'ptr FlowHandle'],
  [73, 'Connection', 'ConnectionFlowFailed', 'ptr Connection, ptr FlowHandle, status Status'],
  [74, 'Request', 'ResponseRangeProcessingOK', `u64 RequestId:hex, u64 ContentBytes, ${RANGES}`],
  [75, 'Cache', 'BeginBuildingSlices', `u64 RequestId:hex, ${SLICES}, ${RANGES}`],
  [76, 'Cache', 'SendSliceCacheContent', `u64 RequestId:hex, ptr CacheEntryPtr, ${SLICES}, ${RANGES}`],
  [77, 'Cache', 'CachedSlicesMatchContent', `u64 RequestId:hex, ptr CacheEntryPtr, ${SLICES}, ${RANGES}`],
  [78, 'Cache', 'MergeSlicesToCache', 'ptr CacheEntryPtr, u32 NofSlicesToMerge, u32 NofSlicesInCache'],
  [79, 'Cache', 'FlatCacheRangeSend', 'ptr CacheEntryPtr, u64 Range1Start, u64 Range1End'],
  [80, 'Authentication', 'ChannelBindAscParams', 'u64 ConnectionId:hex, u32 NoBindBuffers, u32 SecFlags:hex'],
  [
    81,
    'Authentication',
    'ServiceBindCheckComplete',
    'u64 ConnectionId:hex, ptr SecContextL, ptr SecContextH, status SecStatus, wsz Target',
  ],
  [82, 'Authentication', 'ChannelBindConfigCapture', 'u8 Hardening, u32 Flags:hex, u32 ServiceNameCount'],
  [83, 'Authentication', 'ChannelBindPerResponseConfig', 'asz ReplaceConfigOf'],
  [84, 'Connection', 'UsePolicyBasedQoSFlow', 'ptr Connection, ptr FlowHandle'],
  [85, 'ThreadPool', 'ThreadPoolExtension', 'asz PoolType, u16 ActivePools'],
  [86, 'ThreadPool', 'ThreadReady', 'asz PoolType, u16 ActivePools, u8 ThreadCount'],
  [87, 'ThreadPool', 'ThreadPoolTrim', 'asz PoolType, u16 ActivePools'],
  [88, 'ThreadPool', 'ThreadGone', 'asz PoolType, u16 ActivePools, u8 ThreadCount'],
];

const values = (...names: string[]): { kind: 'values'; names: Record<string, string> } => ({
  kind: 'values',
  names: Object.fromEntries(names.entries().map(([value, name]) => [String(value), name])),
});

/**
 * http.sys, the server side of HTTP (IIS, WinRM, HttpListener), written by hand: its manifest is published,
 * but not among the descriptions of builds. The events are named by their opcodes.
 */
export const HTTP_SERVICE: CatalogueFile = {
  kind: 'manifest',
  provider: 'Microsoft-Windows-HttpService',
  guid: 'dd5ef90a-6398-47a4-ad34-4dcecdef795f',
  sources: ['microsoft/Tx 15dc970 Manifests/HTTP_Server.man (Apache-2.0)'],
  maps: {
    LogFormat: values('W3C', 'IIS', 'NCSA', 'Binary'),
    LogGroup: values('Site', 'Centralized'),
    LogType: values('ResponseLogging', 'ErrorLogging'),
  },
  events: EVENTS.map(([id, task, opcode, fields]) => ({
    id,
    version: 0,
    name: opcode,
    task,
    opcode,
    fields: readFields(fields),
  })),
};

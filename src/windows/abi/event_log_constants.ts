/** Numbers of wevtapi.dll; source: winevt.h of the Windows SDK. */

/** EVT_SUBSCRIBE_FLAGS. */
export const EvtSubscribe = { toFutureEvents: 1, startAtOldestRecord: 2, startAfterBookmark: 3 } as const;

/** EVT_RENDER_FLAGS. */
export const EvtRender = { eventXml: 1, bookmark: 2 } as const;

/** Codes of winerror.h that reading event logs comes to. */
export const EventLogError = {
  insufficientBuffer: 122,
  noMoreItems: 259,
  timeout: 1460,
  channelNotFound: 15_007,
} as const;

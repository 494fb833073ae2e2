/** A class of kernel events: what EVENT_RECORD calls the provider of an event with a kernel header. */
export interface KernelClass {
  /** MOF class GUID, lower case, no braces; null where none is known. */
  readonly guid: string | null;
  /** MOF class name; `group-0xNN` where none is known. */
  readonly name: string;
}

const IMAGE: KernelClass = { guid: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', name: 'Image' };

// By group number, the high byte of the hook id. Source: EVENT_TRACE_GROUP_* of phnt ntwmi.h, with the GUIDs
// its comments name; dissect.etl has the same table. Names: MOF, else the group's own.
const GROUPS: readonly KernelClass[] = [
  { guid: '68fdd900-4a3e-11d1-84f4-0000f80464e3', name: 'EventTrace' },
  { guid: '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c', name: 'DiskIo' },
  { guid: '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c', name: 'PageFault' },
  { guid: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', name: 'Process' },
  { guid: '90cbdc39-4a3e-11d1-84f4-0000f80464e3', name: 'FileIo' },
  { guid: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', name: 'Thread' },
  { guid: '9a280ac0-c8e0-11d1-84e2-00c04fb998a2', name: 'TcpIp' },
  { guid: '3282fc76-feed-498e-8aa7-e70f459d430e', name: 'Job' },
  { guid: 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80', name: 'UdpIp' },
  { guid: 'ae53722e-c863-11d2-8659-00c04fa321a1', name: 'Registry' },
  { guid: '13976d09-a327-438c-950b-7f03192815c7', name: 'DbgPrint' },
  { guid: '01853a65-418f-4f36-aefc-dc0f1d2fd235', name: 'SystemConfig' },
  { guid: '99134383-5248-43fc-834b-529454e75df3', name: 'LBR' },
  { guid: '42695762-ea50-497a-9068-5cbbb35e0b95', name: 'WNF' },
  { guid: '0268a8b6-74fd-4302-9dd0-6e8f1795c0cf', name: 'Pool' },
  { guid: 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc', name: 'PerfInfo' },
  { guid: '222962ab-6180-4b88-a825-346b75f2a24a', name: 'Heap' },
  { guid: '89497f50-effe-4440-8cf2-ce6b1cdcaca7', name: 'Object' },
  { guid: 'e43445e0-0903-48c3-b878-ff0fccebdd04', name: 'Power' },
  { guid: 'a9152f00-3f58-4bee-92a1-70c7d079d5dd', name: 'ModBound' },
  IMAGE,
  { guid: 'b2d14872-7c5b-463d-8419-ee9bf7d23e04', name: 'DPC' },
  { guid: '7687a439-f752-45b8-b741-321aec0f8df9', name: 'Cc' },
  { guid: '3ac66736-cc59-4cff-8115-8df50e39816b', name: 'CritSec' },
  { guid: 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3', name: 'StackWalk' },
  { guid: '9aec974b-5b8e-4118-9b92-3186d8002ce5', name: 'UMS' },
  { guid: '45d8cccd-539f-4b72-a8b7-5c683142609a', name: 'ALPC' },
  { guid: 'd837ca92-12b9-44a5-ad6a-3a65b3578aa8', name: 'SplitIo' },
  { guid: 'c861d0e2-a2c1-4d36-9f9c-970bab943a12', name: 'ThreadPool' },
  { guid: '7f2a405c-69b5-4bf9-a1f5-30e8f1afab5e', name: 'Hypervisor' },
  { guid: '2ce9a149-effe-42f0-a635-a1d39e26c8f2', name: 'HypervisorX' },
];

const PROCESS_GROUP = 0x03;
const IMAGE_LOAD = 10;

/** The class of every group number, 0 to 255. */
export const KERNEL_CLASSES: readonly KernelClass[] = Array.from(
  { length: 256 },
  (_, group) => GROUPS[group] ?? { guid: null, name: `group-0x${group.toString(16).padStart(2, '0')}` },
);

/**
 * The class of an event with a kernel header (SYSTEM, COMPACT, PERFINFO), by the group and type bytes of its
 * hook id. Image loads are logged in the group of processes, but belong to the class of images. The same
 * object for the same class.
 */
export function kernelClass(group: number, type: number): KernelClass {
  if (group === PROCESS_GROUP && type === IMAGE_LOAD) return IMAGE;
  return KERNEL_CLASSES[group] ?? { guid: null, name: `group-0x${group.toString(16)}` };
}

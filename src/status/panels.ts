// What components show of themselves on a status page: plain rows, so that neither side knows the other's code.

/** The fill of a sending queue. */
export interface QueueRow {
  readonly used: number;
  readonly size: number;
  /** What `used` and `size` count. */
  readonly sizer: 'requests' | 'items' | 'bytes';
  /** Whether it is kept on disk. */
  readonly onDisk: boolean;
}

/** A file of a storage; bytes. */
export interface StoreRow {
  readonly name: string;
  readonly used: number;
  /** What the file takes on the disk. */
  readonly file: number;
  readonly max: number;
  /** Writes that found no room, or failed. */
  readonly refused: number;
}

/** A container that is known. */
export interface ContainerRow {
  readonly id: string;
  /** `namespace/pod/container` where kubelet owns it, else containerd's namespace and id. */
  readonly name: string;
  readonly image: string | undefined;
  readonly isolation: string;
  /** Of its first process; `created` where none is known. */
  readonly state: 'created' | 'running' | 'ended';
  /** How records were found to be of it so far. */
  readonly methods: readonly string[];
}

/** A process of a detection's tree. */
export interface ProcessRow {
  readonly name: string;
  readonly pid: number;
  readonly commandLine: string | undefined;
}

/** A detection that was told. */
export interface DetectionRow {
  /** Its uid. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly level: string;
  readonly title: string;
  readonly ruleId: string;
  /** The name of the event that triggered it. */
  readonly event: string;
  /** As {@link ContainerRow.name}; undefined on the node itself. */
  readonly container: string | undefined;
  /** From the eldest ancestor that is known to the process itself. */
  readonly tree: readonly ProcessRow[];
}

/** A rule and what it did. */
export interface RuleRow {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly evaluations: number;
  readonly matches: number;
  /** Seconds. */
  readonly time: number;
  readonly errors: number;
}

/** What passed and was left out under a limit today (UTC), of those who pass most. */
export interface TalkerRow {
  readonly limit: string;
  /** A container, namespace or event name, or a pair of them. */
  readonly group: string;
  readonly records: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** A pack of rules that runs. */
export interface PackRow {
  /** Where it comes from. */
  readonly location: string;
  /** SHA-256 (hex) of its archive. */
  readonly digest: string;
}

/** What a decoder of events knows by heart. */
export interface SchemaCache {
  readonly providers: number;
  readonly schemas: number;
}

/** What can be shown, by name. */
export interface Panels {
  readonly queue: QueueRow;
  readonly stores: readonly StoreRow[];
  readonly containers: readonly ContainerRow[];
  /** The last ones, newest first. */
  readonly detections: readonly DetectionRow[];
  readonly rules: readonly RuleRow[];
  readonly packs: readonly PackRow[];
  /** How many canaries (receivers/etw) rules have found. */
  readonly canaries: number;
  readonly talkers: readonly TalkerRow[];
  readonly schemas: SchemaCache;
}

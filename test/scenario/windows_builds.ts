/** What a Windows release writes differently. Versions by the published manifests of each build. */
export interface WindowsBuild {
  readonly osMajor: number;
  readonly osMinor: number;
  readonly osBuild: number;
  /** Versions of Kernel-Process 1, 2 and 15. */
  readonly processStart: number;
  readonly processStop: number;
  readonly processRundown: number;
  /** Version of DNS-Client 3020. */
  readonly dnsResponse: number;
  /** How the system volume of a container's scratch disk is named in NT paths. */
  readonly scratchVolume: 'vhd' | 'volume';
}

/** The releases that run Windows containers today. */
export const BUILDS = {
  server2019: {
    osMajor: 10,
    osMinor: 0,
    osBuild: 17763,
    processStart: 2,
    processStop: 1,
    processRundown: 0,
    dnsResponse: 0,
    scratchVolume: 'volume',
  },
  server2022: {
    osMajor: 10,
    osMinor: 0,
    osBuild: 20348,
    processStart: 3,
    processStop: 2,
    processRundown: 1,
    dnsResponse: 1,
    scratchVolume: 'vhd',
  },
  server2025: {
    osMajor: 10,
    osMinor: 0,
    osBuild: 26100,
    processStart: 4,
    processStop: 2,
    processRundown: 2,
    dnsResponse: 2,
    scratchVolume: 'vhd',
  },
} as const satisfies Record<string, WindowsBuild>;

/** A release by name. */
export type BuildName = keyof typeof BUILDS;

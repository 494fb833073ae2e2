/** PerfView's MOF: true types (pointers, sizes, SIDs, addresses), versions to 2. */
export const PERFVIEW = 'microsoft/perfview src/TraceEvent/KernelTraceEventParser.mof (MIT)';

/** Names and flattened types of every published version. */
export const TABLES =
  'jdu2600/Windows10EtwEvents Windows_Kernel_Trace.tsv 086d88e (Windows 10 17763), 84e7261 (Windows 11 28000)';

/** The structures behind the classes: types of versions past PerfView's, and what no MOF class describes. */
export const PHNT = 'winsiderss/phnt ntwmi.h 7e09744 (MIT)';

/** Arrays and their counts. */
export const WMI_CLASSES = 'microsoft/wmi server23h2, namespace root.wmi (MIT)';

/** What TraceEvent reads where no MOF class is published. */
export const TRACE_EVENT =
  'microsoft/perfview f3ec1b3 src/TraceEvent/Parsers/KernelTraceEventParser.cs, SymbolTraceEventParser.cs (MIT)';

/** The usual ones. */
export const MOF = [PERFVIEW, TABLES, PHNT];

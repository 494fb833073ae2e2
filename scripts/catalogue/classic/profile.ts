import { type Layout, mofClass } from './layout.ts';
import { MOF, TRACE_EVENT, WMI_CLASSES } from './sources.ts';

const ROUTINE = 'u64 InitialTime, ptr Routine';
const ISR = `${ROUTINE}, u8 ReturnValue, u16 Vector, u8 Reserved`;
const INTERVAL = 'u32 Source, u32 NewInterval, u32 OldInterval';
const SPIN = 'u32 SpinLockSpinThreshold, u32 SpinLockContentionSampleRate, u32 SpinLockAcquireSampleRate';
const KTIMER2 =
  'u64 DueTime, u64 MaximumDueTime, u64 Period, ptr Timer, ptr Callback, ptr CallbackContext, u8 TimerFlags:hex';
const registers = (names: readonly string[]): string => names.map((name) => `u64 ${name}:hex`).join(', ');
const numbered = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

const PERF_INFO: readonly Layout[] = [
  // Marks of WPR and xperf come with a classic header, as a string to the payload's end.
  [0, '34 Mark', 'asz Message'],
  [1, '46 SampleProf', 'ptr InstructionPointer, tid ThreadId, u16 Count'],
  // Flags: bit 0 in a deferred procedure call, bit 1 in an interrupt, bits 3 to 7 the thread's priority.
  [2, '46 SampleProf', 'ptr InstructionPointer, tid ThreadId, u16 Count, u8 Flags:hex, u8 Rank'],
  [2, '47 PmcCounterProf', 'ptr InstructionPointer, tid ThreadId, u16 ProfileSource, u16 Reserved'],
  [2, '48 PmcCtrConfig', 'u32 CounterCount, wsz CounterName[CounterCount]'],
  [2, '49 PmcCtrCorruption', 'u32 ProcessorNumber, u32 CounterCount, bytes(*) CounterStatus'],
  [2, '50 ISR-MSI', `${ISR}, u32 MessageNumber`],
  [2, '51 SysClEnter', 'ptr SysCallAddress'],
  [2, '52 SysClExit', 'status SysCallNtStatus'],
  [2, '58 DebuggerEnabled', ''],
  [1, '66 ThreadedDPC, 68 DPC, 69 TimerDPC, 70 IOTimer', ROUTINE],
  [1, '67 ISR, 95 ISR-PASS', `${ROUTINE}, u32 ReturnValue`],
  [2, '67 ISR, 95 ISR-PASS', ISR],
  [2, '72 SetInterval, 73 CollectionStart, 74 CollectionEnd', INTERVAL],
  [3, '73 CollectionStart, 74 CollectionEnd', `${INTERVAL}, wsz SourceName`],
  [2, '75 SpinLockDCStart, 76 SpinLockDCEnd', SPIN],
  [3, '75 SpinLockDCStart, 76 SpinLockDCEnd', `${SPIN}, u32 SpinLockHoldThreshold`],
  [2, '92 ISR-Unexpected', 'u16 Vector'],
  [2, '93 IoStartTimer, 94 IoStopTimer', 'ptr DeviceObject, ptr TimerRoutine'],
  [2, '96 WdfISR, 97 WdfPassiveISR, 98 WdfDPC, 103 WdfWorkItem', 'ptr Routine'],
  [2, '104 SetKTimer2, 105 ExpireKTimer2', KTIMER2],
  [2, '106 CancelKTimer2', 'ptr Timer'],
  [2, '107 DisableKTimer2', 'ptr Timer, ptr DisableCallback, ptr DisableContext, u8 TimerFlags:hex'],
  [2, '108 FinalizeKTimer2', 'ptr Timer, ptr DisableCallback, ptr DisableContext'],
  [2, '114 KernelHypercall', 'u32 CallCode:hex, flag IsFast, flag IsNested'],
  [
    2,
    '122 ContextRegistersAMD64',
    registers(['Rip', 'Rax', 'Rcx', 'Rdx', 'Rbx', 'Rsp', 'Rbp', 'Rsi', 'Rdi', ...numbered('R', 8, 15)]),
  ],
  [
    2,
    '123 ContextRegistersARM64',
    `u32 Cpsr:hex, ${registers([...numbered('X', 0, 28), 'Fp', 'Lr', 'Sp', 'Pc'])}`,
  ],
];

// Addresses come up to the payload's end: as many as the stack was deep. A key stands for a stack whose
// addresses another event holds (create, delete or rundown of the key).
const WALK = 'u64 EventTimeStamp, pid StackProcess, tid StackThread';
const KEY = 'ptr key, ptr StackFrame[*]';

const STACK_WALK: readonly Layout[] = [
  [0, '32 Stack', `${WALK}, ptr Stack[*]`],
  [0, '34 KeyCreate, 35 KeyDelete, 36 KeyRundown', KEY],
  [0, '37 StackKeyKernel, 38 StackKeyUser', `${WALK}, ptr StackKey`],
];

const LBR: readonly Layout[] = [
  // Options has four bytes, padded to a pointer's size.
  [
    2,
    '32 LbrRecord',
    'u64 TimeStamp, pid ProcessId, tid ThreadId, ptr Options, {ptr From, ptr To, ptr Flags} Entries[*]',
  ],
];

/** Sampling, interrupts, stacks. */
export const PROFILE_CLASSES = [
  mofClass('PerfInfo', 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc', [...MOF, WMI_CLASSES], PERF_INFO),
  mofClass('StackWalk', 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3', [...MOF, TRACE_EVENT], STACK_WALK),
  mofClass('LBR', '99134383-5248-43fc-834b-529454e75df3', [...MOF.slice(1, 2), TRACE_EVENT], LBR),
];

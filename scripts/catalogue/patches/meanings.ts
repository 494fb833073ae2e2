import type { FieldPatch } from '../patches.ts';

const SAME_NAME =
  'the documented meaning of the field of that name in the MOF classes Process, Thread and Image, and in the events of the security log';

/** What names say in every provider. */
export const MEANINGS: readonly FieldPatch[] = [
  {
    field:
      /(^|Client|Calling|Caller|Target|Original|Parent|Source|New|Created|Frozen|Engine)(PID|Process(ID|Id))$|^(Pid|processId|processid)$/,
    in: ['UInt32', 'UInt64', 'Pointer', 'HexInt32'],
    set: { out: 'PID' },
    source: SAME_NAME,
  },
  {
    field: /(^|Issuing|Calling|Target|NewWorkOnBehalf|OldWorkOnBehalf)Thread(ID|Id)$/,
    in: 'UInt32',
    set: { out: 'TID' },
    source: SAME_NAME,
  },
];

import { type Layout, mofClass } from './layout.ts';
import { MOF } from './sources.ts';

const IDS = 'pid PID, u32 size';
const V4 = 'ipv4 daddr, ipv4 saddr, port dport, port sport';
const V6 = 'ipv6 daddr, ipv6 saddr, port dport, port sport';
const TIMES = 'u32 startime, u32 endtime';
const WINDOW = 'u16 mss, u16 sackopt, u16 tsopt, u16 wsopt, u32 rcvwin, i16 rcvwinscale, i16 sndwinscale';
// The connection comes last from version 2 on.
const V1_END = 'ptr connid, u32 seqnum';
const END = 'u32 seqnum, ptr connid';
const FAIL: Layout = [2, '17 Fail', 'u16 Proto, u16 FailureCode'];

const TCP_IP: readonly Layout[] = [
  [0, '10 Send, 11 Recv, 12 Connect, 13 Disconnect, 14 Retransmit, 15 Accept', `${V4}, u32 size, pid PID`],
  [1, '10 Send', `${IDS}, ${V4}, ${TIMES}, ${V1_END}`],
  [
    1,
    '11 Recv, 13 Disconnect, 14 Retransmit, 16 Reconnect, 18 TCPCopy, 19 ARPCopy, 20 FullACK, 21 PartACK, 22 DupACK',
    `${IDS}, ${V4}, ${V1_END}`,
  ],
  [1, '12 Connect, 15 Accept', `${IDS}, ${V4}, ${WINDOW}, ${V1_END}`],
  [1, '17 Fail', 'u32 Proto'],
  [2, '10 SendIPV4', `${IDS}, ${V4}, ${TIMES}, ${END}`],
  [
    2,
    '11 RecvIPV4, 13 DisconnectIPV4, 14 RetransmitIPV4, 16 ReconnectIPV4, 18 TCPCopyIPV4',
    `${IDS}, ${V4}, ${END}`,
  ],
  [2, '12 ConnectIPV4, 15 AcceptIPV4', `${IDS}, ${V4}, ${WINDOW}, ${END}`],
  FAIL,
  [2, '26 SendIPV6', `${IDS}, ${V6}, ${TIMES}, ${END}`],
  [
    2,
    '27 RecvIPV6, 29 DisconnectIPV6, 30 RetransmitIPV6, 32 ReconnectIPV6, 34 TCPCopyIPV6',
    `${IDS}, ${V6}, ${END}`,
  ],
  [2, '28 ConnectIPV6, 31 AcceptIPV6', `${IDS}, ${V6}, ${WINDOW}, ${END}`],
];

const UDP_IP: readonly Layout[] = [
  [0, '10 Send, 11 Recv', 'ptr context, ipv4 saddr, port sport, u16 size, ipv4 daddr, port dport, u16 dsize'],
  [1, '10 Send, 11 Recv', `${IDS}, ${V4}`],
  [2, '10 SendIPV4, 11 RecvIPV4', `${IDS}, ${V4}, ${END}`],
  FAIL,
  [2, '26 SendIPV6, 27 RecvIPV6', `${IDS}, ${V6}, ${END}`],
];

/** TCP and UDP. */
export const NETWORK_CLASSES = [
  mofClass('TcpIp', '9a280ac0-c8e0-11d1-84e2-00c04fb998a2', MOF, TCP_IP),
  mofClass('UdpIp', 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80', MOF, UDP_IP),
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessViews, type SeenProcess } from './process_views.ts';

const VHD = '\\Device\\VhdHardDisk{584bff57-f248-40ab-a57d-5dc8c7466f1f}';
const OTHER_VHD = '\\Device\\VhdHardDisk{c79f65aa-0000-4993-9eed-6509af96b972}';
const HOST = '\\Device\\HarddiskVolume3';
const SCRATCH = '\\Device\\HarddiskVolume7';
const SYSTEM32 = '\\Windows\\System32';

/** A line of a story: a process is found or starts, a module is loaded, a volume is told of. */
type Line =
  | readonly ['runs' | 'starts', pid: number, session: number | undefined, image?: string, creator?: number]
  | readonly ['loads', pid: number, image: string]
  | readonly ['volume', device: string, letter: string];

function after(story: readonly Line[]): ProcessViews {
  const views = new ProcessViews();
  for (const line of story) {
    if (line[0] === 'loads') views.learnModule(line[1], line[2]);
    else if (line[0] === 'volume') views.learnVolume(line[1], line[2]);
    else views.learnProcess(seen(line));
  }
  return views;
}

function seen([what, pid, session, image, creator]: Extract<
  Line,
  readonly ['runs' | 'starts', ...unknown[]]
>): SeenProcess {
  return { pid, session, image, creator, user: undefined, starts: what === 'starts' };
}

const services: Line = ['runs', 700, 0, `${HOST}${SYSTEM32}\\services.exe`, 600];
const web: Line = ['runs', 2000, 3, `${VHD}${SYSTEM32}\\smss.exe`, 700];
const app: Line = ['starts', 2004, 3, `${VHD}\\app\\app.exe`, 2000];
const old: Line = ['starts', 3000, 5, `${SCRATCH}${SYSTEM32}\\smss.exe`, 700];

const cases: readonly [title: string, story: readonly Line[], pid: number, path: string, shown: string][] = [
  ['nothing known', [], 9, `${HOST}\\x`, `${HOST}\\x`],
  ['the host’s C: is where session 0 has Windows', [services], 700, `${HOST}\\x`, 'C:\\x'],
  ['and is so for processes not seen', [services], 9, `${HOST}\\x`, 'C:\\x'],
  [
    'an image elsewhere tells nothing',
    [['runs', 700, 0, `${HOST}\\Tools\\x.exe`]],
    700,
    `${HOST}\\x`,
    `${HOST}\\x`,
  ],
  [
    'a module of the host tells too',
    [
      ['runs', 700, 0],
      ['loads', 700, `${HOST}${SYSTEM32}\\ntdll.dll`],
    ],
    700,
    `${HOST}\\x`,
    'C:\\x',
  ],
  ['drivers too', [['loads', 4, `${HOST}${SYSTEM32}\\drivers\\x.sys`]], 700, `${HOST}\\x`, 'C:\\x'],
  [
    'what was told counts more',
    [services, ['volume', 'HarddiskVolume2', 'C:']],
    700,
    '\\Device\\HarddiskVolume2\\x',
    'C:\\x',
  ],
  ['and alone', [services, ['volume', 'HarddiskVolume2', 'C:']], 700, `${HOST}\\x`, `${HOST}\\x`],
  [
    'a second volume',
    [services, ['volume', 'HarddiskVolume3', 'C:'], ['volume', 'HarddiskVolume6', 'E:']],
    700,
    '\\Device\\HarddiskVolume6\\x',
    'E:\\x',
  ],
  ['a container’s C:', [services, web, app], 2004, `${VHD}\\x`, 'C:\\x'],
  ['a container does not see the host’s', [services, web, app], 2004, `${HOST}\\x`, `${HOST}\\x`],
  ['nor another container’s', [services, web, app], 2004, `${OTHER_VHD}\\x`, `${OTHER_VHD}\\x`],
  ['the host sees a container’s as it is', [services, web], 700, `${VHD}\\x`, `${VHD}\\x`],
  ['who is not known sees it as C:', [services, web], 9, `${VHD}\\x`, 'C:\\x'],
  ['a letterless volume', [services, old], 3000, `${SCRATCH}\\x`, 'C:\\x'],
  ['a letterless volume, to the host', [services, old], 700, `${SCRATCH}\\x`, `${SCRATCH}\\x`],
  ['a letterless volume, without the host', [old], 3000, `${SCRATCH}\\x`, 'C:\\x'],
  [
    'a container known by its modules',
    [services, ['runs', 3000, 5], ['loads', 3000, `${SCRATCH}${SYSTEM32}\\ntdll.dll`]],
    3000,
    `${SCRATCH}\\x`,
    'C:\\x',
  ],
  [
    'a user’s session is the host’s',
    [services, ['starts', 4000, 1, `${HOST}${SYSTEM32}\\csrss.exe`, 600]],
    4000,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'also when it is seen first',
    [
      ['starts', 4000, 1, `${HOST}${SYSTEM32}\\csrss.exe`, 600],
      services,
      ['volume', 'HarddiskVolume3', 'C:'],
      ['volume', 'HarddiskVolume6', 'E:'],
    ],
    4000,
    '\\Device\\HarddiskVolume6\\x',
    'E:\\x',
  ],
  ['a container known by any image of its disk', [services, app], 2004, `${VHD}\\x`, 'C:\\x'],
  [
    'until Windows is seen',
    [services, app, ['loads', 2004, `${OTHER_VHD}${SYSTEM32}\\ntdll.dll`]],
    2004,
    `${OTHER_VHD}\\x`,
    'C:\\x',
  ],
  [
    'whoever is inside cannot change the view',
    [services, web, ['starts', 2008, 3, `${SCRATCH}${SYSTEM32}\\evil.exe`, 2000]],
    2008,
    `${VHD}\\x`,
    'C:\\x',
  ],
  [
    'nor by a module',
    [services, web, ['loads', 2000, `${SCRATCH}${SYSTEM32}\\evil.dll`]],
    2000,
    `${VHD}\\x`,
    'C:\\x',
  ],
  [
    'nor by a rundown',
    [services, web, ['runs', 2008, 3, `${SCRATCH}${SYSTEM32}\\evil.exe`, 1]],
    2008,
    `${VHD}\\x`,
    'C:\\x',
  ],
  [
    'a session used again',
    [services, web, ['starts', 5000, 3, `${OTHER_VHD}${SYSTEM32}\\smss.exe`, 700]],
    5000,
    `${OTHER_VHD}\\x`,
    'C:\\x',
  ],
  [
    'a HostProcess container',
    [services, ['starts', 6000, 0, `${VHD}\\app\\agent.exe`, 700]],
    6000,
    `${VHD}\\app\\x`,
    'C:\\hpc\\app\\x',
  ],
  [
    'which sees the host’s C:',
    [services, ['starts', 6000, 0, `${VHD}\\app\\agent.exe`, 700]],
    6000,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'with the programs it starts',
    [
      services,
      ['starts', 6000, 0, `${VHD}\\app\\agent.exe`, 700],
      ['starts', 6004, 0, `${HOST}${SYSTEM32}\\cmd.exe`, 6000],
    ],
    6004,
    `${VHD}\\app\\x`,
    'C:\\hpc\\app\\x',
  ],
  [
    'and whose Windows is not the host’s',
    [['starts', 6000, 0, `${VHD}${SYSTEM32}\\agent.exe`, 700]],
    700,
    `${VHD}\\x`,
    'C:\\x',
  ],
  [
    'the kernel’s own processes have no session, and are the host’s',
    [
      ['runs', 4, undefined],
      ['loads', 4, `${HOST}${SYSTEM32}\\drivers\\x.sys`],
    ],
    4,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'a container’s session manager has no session',
    [services, ['starts', 7000, undefined, `${SCRATCH}${SYSTEM32}\\smss.exe`, 700]],
    7000,
    `${SCRATCH}\\x`,
    'C:\\x',
  ],
  [
    'what the host’s session manager starts is the host’s',
    [
      services,
      ['runs', 456, undefined, `${HOST}${SYSTEM32}\\smss.exe`],
      ['starts', 460, 0, `${HOST}${SYSTEM32}\\csrss.exe`, 456],
    ],
    460,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'and tells nothing of the host',
    [['starts', 7000, undefined, `${SCRATCH}${SYSTEM32}\\smss.exe`, 700], services],
    700,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'but opens the container’s session',
    [
      services,
      web,
      ['starts', 7000, undefined, `${SCRATCH}${SYSTEM32}\\smss.exe`, 700],
      ['starts', 7004, 3, `${SCRATCH}${SYSTEM32}\\csrss.exe`, 7000],
    ],
    7004,
    `${SCRATCH}\\x`,
    'C:\\x',
  ],
  [
    'a process that was not seen to start, by its modules',
    [['loads', 9, `${HOST}${SYSTEM32}\\ntdll.dll`]],
    9,
    `${HOST}\\x`,
    'C:\\x',
  ],
  [
    'of which the first is believed',
    [
      ['loads', 9, `${VHD}${SYSTEM32}\\ntdll.dll`],
      ['loads', 9, `${SCRATCH}${SYSTEM32}\\evil.dll`],
    ],
    9,
    `${VHD}\\x`,
    'C:\\x',
  ],
  [
    'a pid used again',
    [services, web, app, ['starts', 2004, 0, `${HOST}${SYSTEM32}\\x.exe`, 700]],
    2004,
    `${HOST}\\x`,
    'C:\\x',
  ],
];
for (const [title, story, pid, path, shown] of cases)
  test(title, () => assert.equal(after(story).viewOf(pid).show(path), shown));

test('a view stays the same object until more is known', () => {
  const views = after([services, web, app]);
  for (const [one, other] of [
    [2004, 2000],
    [700, 700],
    [9, 10],
  ] as const)
    assert.equal(views.viewOf(one), views.viewOf(other));
  const view = views.viewOf(700);
  views.learnVolume('HarddiskVolume3', 'C:');
  assert.notEqual(views.viewOf(700), view);
});

test('the user stays known when the other half of a start comes', () => {
  const views = after([services]);
  const start = { pid: 8, session: 3, creator: 700, starts: true } as const;
  views.learnProcess({ ...start, image: undefined, user: 'S-1-5-93-2-1' });
  views.learnProcess({ ...start, image: `${VHD}\\x.exe`, user: undefined });
  assert.equal(views.viewer(8)?.user, 'S-1-5-93-2-1');
  // What it does while it ends is still its own; a pid used again is somebody else.
  views.endProcess(8);
  assert.equal(views.viewer(8)?.user, 'S-1-5-93-2-1');
  views.learnProcess({ ...start, image: undefined, user: undefined });
  assert.equal(views.viewer(8)?.user, undefined);
  assert.equal(views.viewer(9), undefined);
  views.endProcess(9);
  assert.equal(views.viewer(9), undefined);
});

test('a flood of processes, sessions and volumes is forgotten, not kept', () => {
  const views = after([services]);
  for (let i = 0; i < 100_000; i++) {
    views.learnProcess({
      pid: 10_000 + i,
      session: 10 + i,
      creator: 1,
      image: `\\Device\\V${i}${SYSTEM32}\\x`,
      user: undefined,
      starts: true,
    });
    views.learnVolume(`X${i}`, 'X:');
  }
  assert.equal(views.viewOf(109_999).show('\\Device\\V99999\\x'), 'C:\\x');
  assert.equal(views.viewOf(10_000).show('\\Device\\V0\\x'), '\\Device\\V0\\x');
});

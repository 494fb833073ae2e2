// What can go wrong between a trace and containerd: in, a story; out, who each record was found to be of. Cases with a
// number are those that must not go wrong by the list that attribution was built to; others of them, which need
// containerd's socket or a trace's bytes, stand in test/behavior.
import assert from 'node:assert/strict';
import { IN_SILO, SHIM, testStories } from '../../test/support/attribution_story.ts';

testStories([
  {
    title: '1, 2: the silo’s own processes start before containerd tells of anything',
    story: async (s) => {
      await s.starts(100, 10, { session: 6, name: 'smss.exe', parent: 4 });
      await s.acts(100, 11);
      await s.starts(101, 20, { session: 6, name: 'web.exe' });
      s.create('web', 21);
      s.run('web', 101, 22);
      await s.clock(30);
    },
    shown: ['100 web by session', '100 web by session', '101 web by pid'],
  },
  {
    title: '2: all of a process waits, in its order, and nobody else',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      await s.starts(200, 11, { session: 0 });
      await s.acts(100, 12);
      await s.acts(200, 13);
      s.create('web', 14);
      s.run('web', 100, 15);
      await s.acts(100, 16);
    },
    shown: ['200 host', '200 host', '100 web by pid', '100 web by pid', '100 web by pid'],
  },
  {
    title: '2: containerd tells too late: unresolved, and from then on found',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      await s.waits(2000);
      await s.acts(100, 2010);
      s.create('web', 2100);
      s.run('web', 100, 2200);
      await s.acts(100, 2300);
    },
    shown: ['100 unresolved', '100 unresolved', '100 web by pid'],
  },
  {
    title: '1, 2: Windows names the session of the silo: nothing of it waits',
    story: async (s) => {
      s.create('web', 1);
      s.job('web', 2, { session: 6, siloId: 'aa', jobId: 9, pids: [100] });
      await s.starts(100, 10, { session: 6, name: 'smss.exe', parent: 4 });
      await s.acts(101, 11, { silo: 'aa' });
      await s.starts(200, 12, { session: 7 });
      await s.clock(13);
    },
    shown: ['100 web by session', '101 web by container_id'],
    waiting: ['200 unresolved'],
  },
  {
    title: '1: a silo begins: its container is asked for; what is in it waits no longer when that is told',
    story: async (s) => {
      s.create('web', 1);
      const { asked } = s.containerd;
      await s.tells('container.silo.start', 9, { aboutSilo: 'aa', aboutJob: 9 });
      assert.equal(s.containerd.asked, asked + 1);
      await s.acts(100, 10, { silo: 'aa' });
      await s.starts(101, 11, { session: 6 });
      s.job('web', 12, { session: 6, siloId: 'aa' });
      const again = s.containerd.asked;
      await s.tells('container.silo.state', 13, { aboutSilo: 'aa', aboutJob: 9 });
      assert.equal(s.containerd.asked, again);
    },
    shown: ['100 web by container_id', '101 web by session'],
  },
  {
    title: '6: a silo ends before anybody told whose it was: nobody waits for that',
    story: async (s) => {
      await s.acts(100, 10, { silo: 'aa' });
      await s.acts(200, 11, { silo: 'bb' });
      await s.tells('container.silo.stop', 12, { aboutSilo: 'aa' });
      await s.acts(100, 13, { silo: 'aa' });
      await s.starts(300, 14, { session: 0 });
    },
    shown: ['100 unresolved', '100 unresolved', '300 host'],
    waiting: ['200 unresolved'],
  },
  {
    title: '3: records after the task’s exit, its deletion, and after it was forgotten',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      s.create('web', 11);
      s.run('web', 100, 12);
      await s.clock(13);
      await s.exits(100, 20);
      s.containerd.exit('web', 100, 21_000);
      await s.acts(100, 22);
      s.containerd.remove('web', 23_000);
      await s.acts(100, 24);
      s.containerd.now = 10_000;
      s.containerd.containers.expire();
      await s.acts(100, 25);
    },
    shown: Array.from({ length: 5 }, () => '100 web by pid'),
  },
  {
    title: '4: a pid used again within a second, by another container',
    story: async (s) => {
      s.create('a', 1);
      s.create('b', 1);
      await s.starts(100, 10, { session: 6 });
      s.run('a', 100, 12);
      s.containerd.exit('a', 100, 30_000);
      s.run('b', 100, 62);
      await s.acts(100, 20);
      await s.exits(100, 30);
      await s.starts(100, 60, { session: 7 });
      await s.acts(100, 70);
    },
    shown: ['100 a by pid', '100 a by pid', '100 a by pid', '100 b by pid', '100 b by pid'],
  },
  {
    title: '4: containerd’s word on a pid comes before the trace tells that the node’s process has gone',
    story: async (s) => {
      await s.starts(100, 10, { session: 0 });
      s.create('web', 49, { isolation: 'hostprocess' });
      s.run('web', 100, 52);
      await s.acts(100, 20);
      await s.exits(100, 30);
      await s.starts(100, 50, { session: 0, parent: SHIM });
      await s.clock(60);
    },
    shown: ['100 host', '100 host', '100 host', '100 web by pid'],
  },
  {
    title: '5: the parent’s pid is another’s by now',
    story: async (s) => {
      s.create('web', 1, { isolation: 'hostprocess' });
      await s.starts(100, 10, { session: 0 });
      await s.starts(101, 11, { session: 0, parent: 100 });
      await s.exits(100, 12);
      await s.starts(100, 20, { session: 0, parent: SHIM });
      s.run('web', 100, 21);
      await s.acts(101, 30);
    },
    shown: ['100 host', '101 host', '100 host', '101 host', '100 web by pid'],
  },
  {
    title: '6: a container that lives 50 ms, told of when it is over',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      await s.exits(100, 60);
      s.create('job', 9);
      s.run('job', 100, 15);
      s.containerd.exit('job', 100, 61_000);
      await s.clock(70);
    },
    shown: ['100 job by pid', '100 job by pid'],
  },
  {
    title: '7: an exec, and its end does not end the container',
    story: async (s) => {
      s.create('web', 1);
      await s.starts(100, 10, { session: 6 });
      s.run('web', 100, 11);
      await s.starts(101, 20, { session: 6 });
      s.containerd.exec('web', 'probe', 101, 21_000);
      await s.clock(22);
      await s.acts(101, 23);
      s.containerd.exit('web', 101, 30_000, 'probe');
      await s.starts(102, 40, { session: 6 });
    },
    shown: ['100 web by pid', '101 web by session', '101 web by session', '102 web by session'],
  },
  {
    title: '7: an exec into a HostProcess container',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.starts(101, 20, { session: 0, parent: SHIM });
      s.containerd.exec('agent', 'probe', 101, 21_000);
      await s.clock(22);
      await s.acts(101, 23);
    },
    shown: ['101 agent by exec_pid', '101 agent by exec_pid'],
  },
  {
    title: '8: session 0 is nobody’s, whatever HostProcess containers run in it',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.starts(100, 10, { session: 0, parent: SHIM });
      s.run('agent', 100, 11);
      await s.clock(12);
      await s.starts(200, 20, { session: 0 });
      await s.starts(300, 21, { session: 1 });
      await s.waits(2000);
    },
    shown: ['100 agent by pid', '200 host', '300 unresolved'],
  },
  {
    title: '9: two HostProcess containers, and what they start',
    story: async (s) => {
      s.create('a', 1, { isolation: 'hostprocess' });
      s.create('b', 1, { isolation: 'hostprocess' });
      await s.starts(100, 10, { session: 0, parent: SHIM });
      await s.starts(101, 11, { session: 0, parent: 100 });
      await s.starts(200, 12, { session: 0, parent: SHIM });
      await s.starts(201, 13, { session: 0, parent: 200 });
      s.run('a', 100, 14);
      s.run('b', 200, 14);
      await s.clock(20);
      await s.starts(102, 21, { session: 0, parent: 101 });
    },
    shown: ['100 a by pid', '101 a by parent', '200 b by pid', '201 b by parent', '102 a by parent'],
  },
  {
    title: '10: the pid of a Hyper-V container is that of a process here',
    story: async (s) => {
      await s.starts(100, 10, { session: 0 });
      await s.starts(101, 10, { session: 0, parent: SHIM });
      s.create('vm', 11, { isolation: 'hyperv' });
      s.run('vm', 100, 12);
      s.create('odd', 11, { isolation: 'unknown' });
      s.run('odd', 101, 12);
      await s.acts(100, 20);
      await s.waits(2000);
    },
    shown: ['100 host', '100 host', '101 unresolved'],
  },
  {
    title: '11: containerd is found again, and tells by its list',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      await s.waits(500);
      s.containerd.create('web', 5000, {}, 'list');
      s.containerd.run('web', 100, undefined, 'list');
      await s.acts(100, 600);
    },
    shown: ['100 web by pid', '100 web by pid'],
  },
  {
    title: '12: the agent starts, containers run for long',
    before: (s) => {
      s.containerd.create('web', -60_000_000, {}, 'initial');
      s.containerd.run('web', 100, undefined, 'initial');
    },
    story: async (s) => {
      await s.runs(99, 10, { session: 6, created: -60_000_000 });
      await s.runs(100, 11, { session: 6, created: -59_000_000 });
      await s.acts(99, 12);
    },
    shown: ['100 web by pid', '99 web by session', '99 web by session'],
  },
  {
    title: '12: the same, but the rundown tells no creation times',
    before: (s) => {
      s.containerd.create('web', -60_000_000, {}, 'initial');
      s.containerd.run('web', 100, undefined, 'initial');
    },
    story: async (s) => {
      await s.runs(100, 11, { session: 6 });
      await s.waits(2000);
    },
    shown: ['100 unresolved'],
  },
  {
    title: '13: a start was lost: nothing is made up',
    story: async (s) => {
      s.create('web', 1);
      s.run('web', 100, 11);
      await s.acts(100, 20);
    },
    shown: ['100 host'],
  },
  {
    title: '15: the trace’s clock is 20 ms ahead of containerd’s',
    story: async (s) => {
      s.create('web', 1);
      await s.starts(100, 30, { session: 6 });
      s.run('web', 100, 12);
      await s.clock(40);
    },
    shown: ['100 web by pid'],
  },
  {
    title: '16: the container id of a silo is learnt from a process that is known, then goes before all',
    story: async (s) => {
      s.create('web', 1);
      await s.acts(150, 5, { silo: 'aa' });
      await s.starts(100, 10, { session: 6 });
      s.run('web', 100, 11);
      await s.acts(100, 12, { silo: 'aa' });
      await s.acts(150, 13);
      await s.acts(160, 14, { silo: 'aa' });
      await s.acts(170, 15, { silo: 'bb' });
      await s.waits(2000);
    },
    shown: [
      '150 web by container_id',
      '100 web by pid',
      '100 web by container_id',
      '150 web by container_id',
      '160 web by container_id',
      '170 unresolved',
    ],
  },
  {
    title: '17: sandbox and container of one pod are two silos',
    story: async (s) => {
      s.create('pod', 1, { kind: 'sandbox' });
      s.create('web', 1, { sandboxId: 'pod' });
      await s.starts(100, 10, { session: 6 });
      await s.starts(200, 10, { session: 7 });
      s.run('pod', 100, 11);
      s.run('web', 200, 11);
      await s.clock(12);
      await s.starts(101, 13, { session: 6 });
      await s.starts(201, 14, { session: 7 });
    },
    shown: ['100 pod by pid', '200 web by pid', '101 pod by session', '201 web by session'],
  },
  {
    title: '18: a container is restarted under another id',
    story: async (s) => {
      s.create('web-0', 1);
      await s.starts(100, 10, { session: 6 });
      s.run('web-0', 100, 11);
      await s.exits(100, 20);
      s.containerd.exit('web-0', 100, 21_000);
      s.create('web-1', 30);
      await s.starts(101, 31, { session: 7 });
      s.run('web-1', 101, 32);
      await s.clock(33);
    },
    shown: ['100 web-0 by pid', '100 web-0 by pid', '101 web-1 by pid'],
  },
  {
    title: '24: no containerd at all: the trace tells of silos and their sessions, and of no container',
    config: { containerd: 'none' },
    story: async (s) => {
      await s.starts(100, 10, { session: 6, name: 'smss.exe', ntPath: IN_SILO });
      await s.starts(101, 11, { session: 6, parent: 100 });
      await s.acts(101, 12, { silo: 'aa' });
      await s.acts(100, 13);
      await s.acts(150, 14, { silo: 'bb' });
      await s.starts(151, 15, { parent: 150 });
      await s.starts(200, 16, {
        session: 2,
        name: 'explorer.exe',
        ntPath: '\\Device\\HarddiskVolume3\\Windows\\x.exe',
      });
      await s.starts(300, 17, { session: 0, ntPath: IN_SILO });
      await s.acts(4, 18, { silo: 'aa' });
    },
    shown: [
      '100 session 6 by session',
      '101 session 6 by session',
      '101 aa by container_id',
      '100 aa by session',
      '150 bb by container_id',
      '151 bb by parent',
      '200 unresolved',
      '300 host',
      '4 host',
    ],
  },
  {
    title: '24: a session in which two silos are seen is neither’s',
    config: { containerd: 'none' },
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      await s.starts(101, 10, { session: 6 });
      await s.acts(100, 11, { silo: 'aa' });
      await s.acts(101, 12, { silo: 'bb' });
      await s.starts(102, 13, { session: 6 });
    },
    shown: [
      '100 unresolved',
      '101 unresolved',
      '100 aa by container_id',
      '101 bb by container_id',
      '102 unresolved',
    ],
  },
]);

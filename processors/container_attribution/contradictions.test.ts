// What is said of containers and their jobs and cannot be, or is of somebody else: never a wrong container.
import assert from 'node:assert/strict';
import { SHIM, testStories } from '../../test/support/attribution_story.ts';

testStories([
  {
    title: 'two containers are said to have one session: neither gets it',
    story: async (s) => {
      s.create('a', 1);
      s.create('b', 1);
      await s.starts(100, 10, { session: 6 });
      await s.starts(101, 10, { session: 6 });
      s.run('a', 100, 11);
      s.run('b', 101, 11);
      await s.clock(12);
      await s.starts(102, 13, { session: 6 });
    },
    shown: ['100 a by pid', '101 b by pid', '102 unresolved'],
  },
  {
    title: '4: a job’s list is of those who lived well before and behind it, not of who has their pids next',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.starts(100, 10, { session: 0 });
      await s.starts(104, 10, { session: 0 });
      await s.starts(112, 480, { session: 0 });
      s.job('agent', 500, { pids: [100, 104, 108, 112] });
      await s.clock(520);
      await s.exits(104, 530);
      await s.starts(108, 540, { session: 0 });
      await s.clock(700);
      await s.acts(100, 701);
      await s.acts(112, 702);
      await s.acts(108, 703);
    },
    shown: [
      '100 host',
      '104 host',
      '112 host',
      '104 host',
      '108 host',
      '100 agent by job',
      '112 host',
      '108 host',
    ],
  },
  {
    title:
      '8, 9: what two HostProcess containers left running before the agent came, by the lists of their jobs',
    before: (s) => {
      for (const [id, pids] of [
        ['a', [100, 101]],
        ['b', [200, 201, 202]],
      ] as const) {
        s.containerd.create(id, -60_000_000, { isolation: 'hostprocess' }, 'initial');
        s.containerd.run(id, pids[0], undefined, 'initial');
        s.job(id, 1, { siloId: 'aa', pids });
      }
    },
    story: async (s) => {
      // 202 is in a job within the job; the parents of 101 and 202 are gone. The clock has not come to the lists yet.
      for (const pid of [100, 101, 200, 202, 300])
        await s.runs(pid, 10, { session: 0, created: -50_000_000 });
      await s.clock(200);
      for (const pid of [101, 202, 300]) await s.acts(pid, 201);
      await s.starts(203, 202, { session: 0, parent: 202 });
    },
    shown: [
      '100 a by pid',
      '200 b by pid',
      '300 host',
      '101 a by job',
      '202 b by job',
      '101 a by job',
      '202 b by job',
      '300 host',
      '203 b by parent',
    ],
  },
  {
    title: '8: a HostProcess container gets neither a session nor a silo, whatever is said',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      s.job('agent', 2, { session: 6, siloId: 'aa', pids: [] });
      await s.starts(100, 10, { session: 6 });
      await s.acts(200, 11, { silo: 'aa' });
      await s.waits(2000);
    },
    shown: ['100 unresolved', '200 unresolved'],
  },
  {
    title: '9: a process that only a list can tell of: jobs are asked for, once',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.starts(100, 2, { session: 0, parent: SHIM });
      s.run('agent', 100, 3);
      await s.clock(10);
      await s.acts(101, 50);
      const { asked } = s.containerd;
      await s.acts(101, 51);
      await s.starts(102, 52, { session: 0, parent: 101 });
      assert.equal(s.containerd.asked, asked);
      assert.ok(asked > 0);
      s.job('agent', 300, { pids: [100, 101, 102] });
      await s.clock(500);
      await s.acts(101, 501);
    },
    shown: ['100 agent by pid', '101 host', '101 host', '102 host', '101 agent by job'],
  },
  {
    title: '10: a list of a Hyper-V container, or of an unknown one, names nobody',
    story: async (s) => {
      s.create('vm', 1, { isolation: 'hyperv' });
      s.create('odd', 1, { isolation: 'unknown' });
      await s.starts(100, 10, { session: 0 });
      s.job('vm', 300, { session: 6, siloId: 'aa', pids: [100] });
      s.job('odd', 300, { session: 7, siloId: 'bb', pids: [100] });
      await s.clock(500);
      await s.acts(100, 501);
      await s.starts(101, 502, { session: 6 });
      await s.starts(102, 503, { session: 7 });
      await s.waits(2000);
    },
    shown: ['100 host', '100 host', '101 unresolved', '102 unresolved'],
  },
  {
    title:
      '23: Windows does not tell the silo’s id: its session is enough, and the id is learnt from a process',
    story: async (s) => {
      s.create('web', 1);
      s.job('web', 2, { session: 6, pids: [100] });
      await s.acts(150, 5, { silo: 'aa' });
      await s.starts(100, 10, { session: 6, silo: 'aa' });
      await s.acts(150, 11);
    },
    shown: ['100 web by session', '150 web by container_id', '150 web by container_id'],
  },
  {
    title: '23: nor the session: the list of its job is left',
    story: async (s) => {
      s.create('web', 1);
      await s.starts(100, 10, { session: 6 });
      s.job('web', 300, { pids: [100] });
      await s.clock(500);
      await s.starts(101, 501, { session: 6 });
    },
    shown: ['100 web by job', '101 web by session'],
  },
  {
    title: 'a session that was somebody’s before the container is not the container’s then',
    story: async (s) => {
      await s.starts(100, 10, { session: 6 });
      s.create('web', 300);
      s.job('web', 310, { session: 6 });
      await s.acts(100, 320);
      await s.starts(101, 330, { session: 6 });
    },
    shown: ['100 unresolved', '100 unresolved', '101 web by session'],
  },
  {
    title: 'two containers are said to have one silo: neither gets it',
    story: async (s) => {
      s.create('a', 1);
      s.create('b', 1);
      s.job('a', 2, { siloId: 'aa' });
      s.job('b', 2, { siloId: 'aa' });
      await s.acts(100, 10, { silo: 'aa' });
    },
    shown: ['100 unresolved'],
  },
  {
    title: 'the end of a job is its container’s, a job’s of the same id before or behind it is not',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      s.job('agent', 300, { jobId: 9 });
      await s.tells('job.stop', 180, { aboutJob: 9 });
      await s.tells('job.start', 190, { aboutJob: 9 });
      await s.tells('job.stop', 900, { aboutJob: 9 });
      await s.tells('job.start', 910, { aboutJob: 9 });
      await s.tells('job.stop', 920, { aboutJob: 9 });
    },
    shown: [],
    ofShim: ['host', 'host', 'agent by job', 'host', 'host'],
  },
  {
    title: 'a list is told late: the process it names had ended, and its pid is the node’s by then',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.waits(60);
      s.containerd.run('agent', 100, undefined, 'list');
      s.containerd.exit('agent', 100, 30_000);
      await s.starts(100, 40, { session: 0 });
      await s.clock(70);
      await s.acts(100, 71);
    },
    shown: ['100 host', '100 host'],
  },
  {
    title: 'what a HostProcess container starts in a user’s session is the user’s',
    story: async (s) => {
      s.create('agent', 1, { isolation: 'hostprocess' });
      await s.starts(100, 10, { session: 0, parent: SHIM });
      s.run('agent', 100, 11);
      await s.clock(12);
      await s.starts(101, 13, { session: 2, parent: 100 });
      await s.waits(2000);
    },
    shown: ['100 agent by pid', '101 unresolved'],
  },
  {
    title: 'a process-isolated container has no process in session 0',
    story: async (s) => {
      s.create('web', 1);
      await s.starts(100, 10, { session: 0 });
      s.run('web', 100, 11);
      await s.acts(100, 20);
    },
    shown: ['100 host', '100 host'],
  },
]);

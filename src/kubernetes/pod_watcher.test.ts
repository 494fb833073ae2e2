import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificates } from '../../test/support/certificates.ts';
import { FakeKubernetes, fakePod } from '../../test/support/fake_kubernetes.ts';
import type { LogFacts, Logger } from '../telemetry/logger.ts';
import { type AccessOptions, accessOf } from './access.ts';
import { ApiClient } from './api_client.ts';
import { PodWatcher, type PodWatcherOptions } from './pod_watcher.ts';

const certificates = createCertificates();
after(() => certificates?.remove());
if (certificates === undefined)
  process.stderr.write('SKIPPED: the tests of the Kubernetes client, which need the openssl command\n');

interface World {
  readonly api: FakeKubernetes;
  readonly watcher: PodWatcher;
  /** `pod web`, `forget web`. */
  readonly changes: string[];
  /** What was logged: message and reason. */
  readonly said: string[];
  /** Waits until exactly these pods are known. */
  readonly knows: (...names: readonly string[]) => Promise<void>;
}
type Options = Partial<PodWatcherOptions> & { readonly access?: AccessOptions; readonly timeoutMs?: number };

/** Runs a story with a watcher and a stand-in that has the pods `web` and `db`, and ends both. */
async function story(run: (world: World) => Promise<void>, options: Options = {}): Promise<void> {
  assert.ok(certificates !== undefined);
  const api = new FakeKubernetes(certificates);
  await api.start();
  const said: string[] = [];
  const { access: changed, timeoutMs = 5_000, ...rest } = options;
  const access = accessOf({
    server: api.address,
    token_file: api.tokenFile,
    ca_file: api.caFile,
    ...changed,
  });
  assert.ok(!('reason' in access));
  const watcher = new PodWatcher(
    {
      client: new ApiClient(access, timeoutMs),
      node: 'node-1',
      wants: () => true,
      asksCluster: true,
      maxPods: 100,
      keepDeletedMs: 60_000,
      pageSize: 50,
      watchMs: 60_000,
      silenceMs: 30_000,
      retry: { initialMs: 5, maxMs: 20 },
      ...rest,
    },
    loggerTo(said),
  );
  const changes: string[] = [];
  watcher.subscribe(({ kind, pod }) => changes.push(`${kind} ${pod.name}`));
  for (const name of ['web', 'db']) api.put(fakePod(name));
  const knows = (...names: readonly string[]): Promise<void> =>
    until(names.join(', '), () => names.every((name) => watcher.pod(`${name}-uid`) !== undefined));
  try {
    await run({ api, watcher, changes, said, knows });
  } finally {
    await watcher.stop();
    api.stop();
  }
}

function loggerTo(said: string[]): Logger {
  const add = (message: string, facts?: LogFacts): void => {
    said.push(`${message}: ${JSON.stringify(facts)}`);
  };
  return { debug: add, info: add, warn: add, error: add };
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await sleep(5);
  }
}

/** Starts, with the list read and a watch open. */
async function watching({ api, watcher }: World): Promise<void> {
  watcher.start();
  await until('a watch', () => api.watchers === 1 && watcher.state.kind === 'synced');
}

/** What happens while it watches; afterwards it has to know the pod `new`, by what is counted. */
const STORIES: readonly (readonly [
  title: string,
  happens: (world: World) => unknown,
  counted: Partial<PodWatcher['counts']>,
  options?: Options,
])[] = [
  ['a pod is created', ({ api }) => api.put(fakePod('new')), { watches: 0, lists: 0, errors: 0 }],
  [
    'a bookmark, and the connection breaks: it goes on from there',
    async ({ api }) => {
      api.bookmark();
      api.compact();
      await sleep(20);
      api.quietly(() => api.put(fakePod('new')));
      api.cut();
    },
    { watches: 1, lists: 0, errors: 0 },
  ],
  [
    'the connection breaks, and the version is gone meanwhile: everything is listed again',
    ({ api }) => {
      api.quietly(() => api.put(fakePod('new')));
      api.compact();
      api.cut();
    },
    { watches: 2, lists: 1, errors: 0 },
  ],
  [
    'a version that is gone before the watch is opened',
    ({ api }) => {
      api.quietly(() => api.put(fakePod('new')));
      let isFirst = true;
      api.instead = (url, response) => {
        const is = isFirst && url.searchParams.has('watch');
        if (is) response.writeHead(410).end('{"message":"too old"}');
        isFirst &&= !is;
        return is;
      };
      api.cut();
    },
    { watches: 2, lists: 1, errors: 0 },
  ],
  [
    'a line that is longer than any pod is left out',
    ({ api }) => {
      api.send(`{"type":"ADDED","object":{"x":"${'y'.repeat(5 * 1024 * 1024)}"}}\n`);
      api.put(fakePod('new'));
    },
    { watches: 0, bad: 1, errors: 0 },
  ],
  [
    'lines that are no events are left out',
    ({ api }) => {
      api.send('not JSON\n[]\n"x"\n{"type":"DANCED"}\n{"type":"ADDED","object":7}\n{"type":"DELETED"}\n');
      api.put(fakePod('new'));
    },
    { watches: 0, bad: 5, errors: 0 },
  ],
  [
    'the connection breaks in the middle of a line',
    ({ api }) => {
      api.send('{"type":"ADDED","obj');
      api.quietly(() => api.put(fakePod('new')));
      api.cut();
    },
    { watches: 1, bad: 0, errors: 0 },
  ],
  [
    'the server reports another error',
    ({ api }) => {
      api.send('{"type":"ERROR","object":{"code":500,"message":"etcd is unwell"}}\n');
      api.quietly(() => api.put(fakePod('new')));
    },
    { watches: 1, lists: 0, errors: 0 },
  ],
  [
    'the watch says nothing any more',
    ({ api }) => api.quietly(() => api.put(fakePod('new'))),
    { lists: 0, errors: 0 },
    { silenceMs: 100 },
  ],
];

describe('pods of a node', { skip: certificates === undefined }, () => {
  test('the list: all that are on the node, with the cluster’s uid', async () => {
    await story(async (world) => {
      world.api.put(fakePod('elsewhere', {}, 'node-2'));
      await watching(world);
      await world.knows('web', 'db');
      assert.deepEqual(world.changes, ['pod web', 'pod db']);
      assert.equal(world.watcher.clusterUid, 'cluster-uid');
      assert.deepEqual(world.watcher.counts, { watches: 0, lists: 0, errors: 0, bad: 0 });
    });
  });

  test('a list in pages', async () => {
    await story(
      async (world) => {
        for (const name of ['a', 'b', 'c']) world.api.put(fakePod(name));
        await watching(world);
        await world.knows('web', 'db', 'a', 'b', 'c');
        const lists = world.api.requests.filter((text) => text.includes('limit='));
        assert.equal(lists.length, 3);
        assert.match(lists[0] ?? '', /fieldSelector=spec.nodeName%3Dnode-1&limit=2&resourceVersion=0$/);
        assert.match(lists[1] ?? '', /continue=2$/);
      },
      { pageSize: 2 },
    );
  });

  for (const [title, happens, counted, options] of STORIES) {
    test(title, async () => {
      await story(async (world) => {
        await watching(world);
        await happens(world);
        await world.knows('new', 'web', 'db');
        await until('a watch', () => world.api.watchers === 1);
        const { counts } = world.watcher;
        assert.deepEqual({ ...counts, ...counted }, { ...counts });
      }, options);
    });
  }

  test('what was deleted while nobody watched is known from the list, and kept for a time', async () => {
    await story(async (world) => {
      await watching(world);
      world.api.quietly(() => world.api.delete('db'));
      world.api.compact();
      world.api.cut();
      await until('the list', () => world.watcher.counts.lists === 1);
      assert.ok(world.watcher.pod('db-uid') !== undefined);
    });
    await story(
      async (world) => {
        await watching(world);
        world.api.delete('db');
        world.api.put(fakePod('a'));
        await until('the other', () => world.watcher.pod('a-uid') !== undefined);
        assert.equal(world.watcher.pod('db-uid'), undefined, 'the one deleted gives its place up');
      },
      { maxPods: 2 },
    );
  });

  test('a token that is replaced: the refused request is repeated with the new one', async () => {
    await story(async (world) => {
      await watching(world);
      world.api.token = 'second-token';
      world.api.quietly(() => world.api.put(fakePod('new')));
      world.api.cut();
      await until('the refusal', () => world.watcher.state.kind === 'lost');
      assert.deepEqual(world.watcher.state, { kind: 'lost', reason: '401 Unauthorized' });
      writeFileSync(world.api.tokenFile, 'second-token');
      await world.knows('new');
      assert.equal(world.watcher.counts.lists, 0, 'it goes on where it was');
      assert.doesNotMatch(world.said.join(), /-token/);
    });
  });

  test('the server restarts: what is known stays known', async () => {
    await story(async (world) => {
      await watching(world);
      world.api.instead = (_, response) => {
        response.destroy();
        return true;
      };
      world.api.cut();
      await until('the loss', () => world.watcher.state.kind === 'lost');
      assert.ok(world.watcher.pod('web-uid') !== undefined);
      world.api.quietly(() => world.api.put(fakePod('new')));
      world.api.instead = () => false;
      await world.knows('web', 'db', 'new');
      assert.equal(world.said.filter((line) => line.includes('cannot be read')).length, 1);
    });
  });

  const forbidden = 'pods is forbidden: User "system:serviceaccount:a:b" cannot list resource "pods"';
  const FAILURES: readonly (readonly [
    title: string,
    arrange: (api: FakeKubernetes) => unknown,
    reason: RegExp,
    options?: Options,
  ])[] = [
    ['no permission', (api) => (api.refusal = { status: 403, message: forbidden }), /^403 pods is forbidden/],
    [
      'an authority that did not sign the server',
      () => {},
      /^unable to verify the first certificate/,
      { access: { ca_file: undefined } },
    ],
    ['no token', () => {}, /ENOENT/, { access: { token_file: '/nowhere/token' } }],
    ['no answer in time', (api) => (api.instead = () => true), /^no answer in 50 ms$/, { timeoutMs: 50 }],
    [
      'half a refusal',
      (api) =>
        (api.instead = (_, response) => {
          response.writeHead(503, { 'content-length': 100 });
          response.write('{"message":');
          return true;
        }),
      /^503 Service Unavailable/,
      { timeoutMs: 200 },
    ],
    [
      'half an answer',
      (api) =>
        (api.instead = (_, response) => {
          response.writeHead(200, { 'content-length': 100 });
          response.write('{"metadata":');
          setTimeout(() => response.destroy(), 10);
          return true;
        }),
      /aborted|hang up/,
    ],
    [
      'an answer that is no list',
      (api) =>
        (api.instead = (_, response) => {
          response.end('[1, 2]');
          return true;
        }),
      /no list of pods/,
    ],
    [
      'an answer that is not JSON',
      (api) =>
        (api.instead = (_, response) => {
          response.end('<html>');
          return true;
        }),
      /not JSON/,
    ],
    [
      'a redirection, which could lead the token anywhere',
      (api) =>
        (api.instead = (_, response) => {
          response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end();
          return true;
        }),
      /^302/,
    ],
  ];
  for (const [title, arrange, reason, options] of FAILURES) {
    test(`it says what is wrong, once, and goes on when it is over: ${title}`, async () => {
      await story(async (world) => {
        arrange(world.api);
        world.watcher.start();
        const reasonNow = (): string => {
          const { state } = world.watcher;
          return state.kind === 'lost' ? state.reason : '';
        };
        await until(String(reason), () => reason.test(reasonNow()));
        const { errors } = world.watcher.counts;
        await until('two more tries', () => world.watcher.counts.errors >= errors + 2);
        const told = world.said.filter((line) => line.includes('cannot be read'));
        assert.ok(told.length > 0 && told.every((line, i) => line !== told[i - 1]), 'not for each try');
        if (options?.access !== undefined) return;
        world.api.refusal = undefined;
        world.api.instead = () => false;
        await world.knows('web', 'db');
      }, options);
    });
  }

  test('a page that is too large is asked for in smaller ones', async () => {
    await story(async (world) => {
      world.api.instead = (url, response) => {
        const isLarge = Number(url.searchParams.get('limit')) > 20;
        if (isLarge) response.end(' '.repeat(9 * 1024 * 1024));
        return isLarge;
      };
      await watching(world);
      await world.knows('web', 'db');
      const limits = world.api.requests.flatMap((text) => /limit=(\d+)/.exec(text)?.[1] ?? []);
      assert.deepEqual(limits, ['50', '25', '13']);
    });
  });

  test('whoever may not read kube-system goes on without the cluster’s uid', async () => {
    await story(async (world) => {
      world.api.instead = (url, response) => {
        const is = url.pathname.includes('kube-system');
        if (is) response.writeHead(403).end('{"message":"namespaces is forbidden"}');
        return is;
      };
      await watching(world);
      world.api.cut();
      await until('another watch', () => world.watcher.counts.watches === 1 && world.api.watchers === 1);
      assert.equal(world.watcher.clusterUid, undefined);
      assert.equal(world.said.filter((line) => line.includes('namespaces is forbidden')).length, 1);
    });
  });

  test('a node without pods: it says so, since the name may be wrong', async () => {
    await story(
      async (world) => {
        await watching(world);
        assert.ok(world.said.some((line) => line.includes('"node":"node-3"') && line.includes('no pod')));
      },
      { node: 'node-3' },
    );
  });

  test('a listener that throws is no end', async () => {
    await story(async (world) => {
      world.watcher.subscribe(() => assert.fail('on purpose'));
      await watching(world);
      await world.knows('web', 'db');
      assert.ok(world.said.some((line) => line.includes('this is a bug')));
    });
  });

  test('it stops at once, whatever it waits for; and without having been started', async () => {
    await story(async () => {});
    await story(async (world) => {
      world.api.instead = () => true;
      world.watcher.start();
      await until('a request', () => world.api.requests.length === 1);
      await world.watcher.stop();
    });
  });
});

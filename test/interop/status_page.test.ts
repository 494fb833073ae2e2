import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { OtlpServer } from '../support/otlp_server.ts';
import { freePort } from './peers/ports.ts';
import { stop, until } from './peers/process.ts';
import { haveTool } from './peers/tools.ts';
import { type RunningSigel, startSigel } from './sigel.ts';

// The status page in a browser, beside the demo on its way to a peer that refuses until it is told not to.
const skip = (await haveTool('chromium')) ? false : 'chromium is not here';

/** As Debian has it. */
const CHROMIUM = '/usr/bin/chromium';
/** Longest that something may take to show, ms: machines are busy. */
const PATIENCE = 60_000;

/** What a rule of axe found, as far as it is used. */
interface Violation {
  readonly id: string;
  readonly impact: string | null | undefined;
  readonly nodes: readonly { readonly html: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'sigel-page-'));
const peer = { isOpen: false };
const complaints: string[] = [];
let server: OtlpServer;
let agent: RunningSigel;
let browser: Browser;
let url: string;
let health: string;

/** Slow enough that what is on its way can be seen. */
function config(ports: { readonly page: number; readonly health: number }): string {
  return `
extensions:
  containerd: { endpoint: "unix://${folder}/none.sock" }
  health_check: { endpoint: "127.0.0.1:${ports.health}" }
  zpages: { endpoint: "127.0.0.1:${ports.page}" }
receivers:
  etl: { include: [config/demo/shop_attack.etl.gz], batch_size: 8, max_in_flight: 16KiB }
  # Never ends, and so the service does not.
  containerd:
processors:
  process:
  container_attribution: { journal: config/demo/shop_attack.containers.ndjson }
  signature:
exporters:
  otlp_grpc:
    endpoint: ${server.endpoint}
    tls: { insecure: true }
    headers: { authorization: not-to-be-seen }
    sending_queue: { num_consumers: 1, queue_size: 4 }
    retry_on_failure: { initial_interval: 50ms, max_interval: 100ms }
service:
  extensions: [containerd, health_check, zpages]
  pipelines:
    logs:
      receivers: [etl, containerd]
      processors: [process, container_attribution, signature]
      exporters: [otlp_grpc]
`;
}

async function open(scheme: 'light' | 'dark', width: number): Promise<Page> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 800 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.locator('html[data-live=on]').waitFor();
  return page;
}

const card = (page: Page, id: string) =>
  page.locator('.card', { has: page.getByRole('heading', { name: id, exact: true }) });

before(async () => {
  if (skip !== false) return;
  server = await OtlpServer.start({
    answer: () => (peer.isOpen ? { delayMs: 40 } : { code: status.UNAVAILABLE }),
  });
  const ports = { page: await freePort(), health: await freePort() };
  url = `http://127.0.0.1:${ports.page}/`;
  health = `http://127.0.0.1:${ports.health}/`;
  const file = join(folder, 'config.yaml');
  writeFileSync(file, config(ports));
  agent = startSigel(['--config', file]);
  // As root, in a container, Chromium has no sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
  await until(
    'the page is served',
    () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    PATIENCE,
  );
});

after(async () => {
  await browser?.close();
  if (agent !== undefined) await stop(agent.child);
  await agent?.ended;
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the status page', { skip }, () => {
  test('shows back-pressure, then what flows, and detections as they come', async () => {
    const page = await open('light', 1280);
    await card(page, 'otlp_grpc').getByText('waiting').waitFor();
    await page.locator('#health').getByText('delivery fails').waitFor();
    await until('health tells of it', async () => (await (await fetch(health)).text()).includes('otlp_grpc'));
    peer.isOpen = true;
    await page.locator('#detections .what').first().waitFor();
    await page.locator('#detections summary').first().click();
    const opened = await page.locator('#detections li:has(details[open])').getAttribute('id');
    for (const id of ['etl', 'signature', 'otlp_grpc'])
      await card(page, id).locator('.rate b', { hasText: /[1-9]/ }).waitFor();
    const last = page.locator('#detections .what', { hasText: 'Tor client started' });
    await last.first().waitFor();
    // What somebody has opened stays open, and its place changes.
    assert.equal(await page.locator('#detections li:has(details[open])').getAttribute('id'), opened);
    assert.notEqual(await page.locator('#detections li').first().getAttribute('id'), opened);
    await page.locator('#health li', { hasText: 'otlp_grpc' }).waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Containers' }).getByText('shop-web').first().waitFor();
    await page.context().close();
  });

  test('hides secrets in the configuration', async () => {
    const page = await open('dark', 1280);
    await page.getByText('As it takes effect').click();
    const text = await page.getByRole('region', { name: 'Configuration' }).innerText();
    assert.match(text, /authorization: "?\[REDACTED\]/);
    assert.doesNotMatch(await page.content(), /not-to-be-seen/);
    await page.context().close();
  });

  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    test(`is as wide as its window and accessible: ${scheme}, ${width} px`, async () => {
      const page = await open(scheme, width);
      await page.locator('#detections summary').first().click();
      await page.getByText('As it takes effect').click();
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.equal(wide, width);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: readonly Violation[] }>('axe.run()');
      assert.deepEqual(
        violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`),
        [],
      );
      const folder = process.env['SIGEL_SCREENSHOTS'];
      if (folder !== undefined)
        await page.screenshot({ path: join(folder, `status-${scheme}-${width}.png`), fullPage: true });
      await page.context().close();
    });
  }

  test('says when it is not live any more, and ends with the agent', async () => {
    const page = await open('light', 1280);
    await stop(agent.child);
    await page.getByText('not live', { exact: true }).waitFor();
    const { code, stderr } = await agent.ended;
    assert.equal(code, 0, stderr);
    const expected = /net::ERR_/;
    assert.deepEqual(
      complaints.filter((text) => !expected.test(text)),
      [],
    );
  });
});

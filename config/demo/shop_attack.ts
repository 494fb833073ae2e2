import { Buffer } from 'node:buffer';
import type { Container } from '../../test/scenario/container.ts';
import type { Process } from '../../test/scenario/process.ts';
import type { Scenario } from '../../test/scenario/scenario.ts';
import { scenario } from '../../test/scenario/scenario.ts';
import { STORY_START } from './shop_containers.ts';
import type { ShopNode } from './shop_node.ts';
import { shopNode } from './shop_node.ts';

/**
 * The demo's story: a shop runs in a Windows container on a Kubernetes node (Server 2022, 4 processors). Its web
 * server is broken into: w3wp.exe starts cmd.exe, which starts PowerShell with an encoded command; that
 * drops a program, which mines for a stratum pool, starts a process under a false parent, and runs tor.exe.
 * Around it the node does its daily work: a second pod comes up, requests are served, the host's services run.
 * Nothing here is real: addresses and names are those reserved for documentation, the script is harmless text.
 * `start`: when it begins, RFC 3339.
 */
export function shopAttack(start: string = STORY_START): Scenario {
  const s = scenario({
    build: 'server2022',
    cpus: 4,
    start,
    seed: 20260302,
    threads: true,
    images: true,
    address: '10.240.0.4',
    session: {
      bufferSize: 16_384,
      loggerName: 'Sigel',
      logFileName: 'C:\\ProgramData\\Sigel\\shop_attack.etl',
    },
  });
  const node = shopNode(s);
  node.works(6);
  startsApi(s, node);
  node.works(4);
  const shell = breaksIn(s, node);
  const dropper = runsScript(s, node, shell);
  node.works(3);
  mines(s, node, dropper);
  node.works(5);
  covers(s, node, shell, dropper);
  node.works(4);
  return s;
}

/** A second, harmless pod starts: its silo, the silo's system processes, the application. */
function startsApi(s: Scenario, node: ShopNode): void {
  s.after('350ms');
  const pod: Container = node.apiPod.starts(node.compute.emitter());
  const smss = node.compute.starts({
    commandLine: '\\SystemRoot\\System32\\smss.exe',
    image: 'C:\\Windows\\System32\\smss.exe',
    in: pod,
  });
  const wininit = smss.starts('wininit.exe');
  s.after('60ms');
  const services = wininit.starts('C:\\Windows\\System32\\services.exe');
  const exec = services.starts('C:\\Windows\\System32\\CExecSvc.exe');
  s.after('180ms');
  const api = exec.starts({
    commandLine: '"C:\\Program Files\\dotnet\\dotnet.exe" Shop.Api.dll --urls http://+:8080',
    user: 'S-1-5-93-2-2',
    loads: ['C:\\Program Files\\dotnet\\host\\fxr\\8.0.11\\hostfxr.dll'],
  });
  api.readsFile('C:\\app\\appsettings.json', 1893).readsFile('C:\\app\\Shop.Api.dll', 91_136);
  api.resolves('orders-db.shop.example', { answers: ['10.240.0.30'] });
  api.connects('10.240.0.30', 1433).sends(311).receives(1210);
}

/** The attacker finds the upload form, leaves a page there and asks it to run commands. */
function breaksIn(s: Scenario, node: ShopNode): Process {
  s.after('700ms');
  const { web } = node;
  web.accepts('198.51.100.23', 51_344, 80).receives(3902);
  web.writesFile('C:\\inetpub\\shop\\uploads\\invoice.aspx', { size: 1410 });
  s.after('900ms');
  web.accepts('198.51.100.23', 51_350, 80).receives(412);
  const who = web.starts('cmd.exe /c whoami /all');
  const whoami = who.starts('whoami.exe /all');
  s.after('30ms');
  whoami.exits(0);
  who.exits(0);
  s.after('1100ms');
  web.accepts('198.51.100.23', 51_361, 80).receives(1288);
  return web.starts(
    `cmd.exe /c powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand ${encoded(SCRIPT)}`,
  );
}

/** PowerShell runs the decoded script, which fetches a program and makes it start with the system. */
function runsScript(s: Scenario, node: ShopNode, shell: Process): Process {
  const powershell = shell.starts({
    commandLine: `powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand ${encoded(SCRIPT)}`,
    loads: [
      'C:\\Windows\\System32\\mscoree.dll',
      'C:\\Windows\\System32\\amsi.dll',
      'C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System.Manaa57fc8cc#\\System.Management.Automation.ni.dll',
    ],
  });
  s.after('240ms');
  powershell.opensConsole();
  powershell.runsScript(SCRIPT, { partSize: 360, level: 3 }).runsCommand('Invoke-WebRequest');
  powershell.resolves('files.example', {
    answers: ['edge.files.example', '198.51.100.44'],
    service: node.webDns,
  });
  const download = powershell.connects('198.51.100.44', 80).sends(187);
  for (let part = 0; part < 6; part++) download.receives(65_160);
  download.closes();
  powershell.writesFile(DROPPED, { size: 5 * 65_536 + 9_216 });
  powershell.setsRegistryValue(
    'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
    'ShopUpdater',
    DROPPED,
  );
  s.after('150ms');
  const dropped = powershell.starts(
    `${DROPPED} -o stratum+tcp://${POOL}:3333 -u shop.demo -p x --donate-level 1`,
  );
  s.after('90ms');
  powershell.exits(0);
  shell.exits(0);
  return dropped;
}

/** The dropped program joins a mining pool and talks to it. */
function mines(s: Scenario, node: ShopNode, miner: Process): void {
  miner.resolves(POOL, { type: 28, status: 9501, service: node.webDns });
  miner.resolves(POOL, { answers: ['192.0.2.77'], service: node.webDns });
  const pool = miner.connects('192.0.2.77', 3333).sends(236).receives(412);
  for (let job = 0; job < 5; job++) {
    s.after('400ms');
    pool.receives(377).sends(163);
    node.works(1);
  }
}

/** It hides a helper under a false parent, fetches tor and runs it, and cleans up. */
function covers(s: Scenario, node: ShopNode, shell: Process, miner: Process): void {
  s.after('600ms');
  miner.writesFile('C:\\Windows\\Temp\\cache.dat', { size: 48_128 });
  // The creator is the miner, as the event's header says; the parent it claims is the container's services.exe.
  const helper = miner.starts({
    commandLine: 'C:\\Windows\\System32\\rundll32.exe C:\\Windows\\Temp\\cache.dat,Start',
    parent: node.webServices,
  });
  helper.readsRegistryValue('HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run', 'ShopUpdater');
  helper.writesFile('C:\\Windows\\Temp\\tor\\tor.exe', { size: 4 * 65_536 });
  helper.writesFile('C:\\Windows\\Temp\\tor\\torrc.tmp', { size: 211 });
  helper.renamesFile('C:\\Windows\\Temp\\tor\\torrc.tmp', 'C:\\Windows\\Temp\\tor\\torrc');
  const tor = helper.starts('C:\\Windows\\Temp\\tor\\tor.exe -f C:\\Windows\\Temp\\tor\\torrc');
  s.after('120ms');
  tor.connects('192.0.2.200', 9001).sends(517).receives(2310);
  tor.connects('2001:db8:77::9', 443).sends(517).receives(1940);
  helper.deletesFile('C:\\inetpub\\shop\\uploads\\invoice.aspx');
  helper.exits(0);
  node.web.logs(node.shopProvider, node.orderEvent, {
    order: 40_117,
    total: 19.9,
    customer: `probe-${shell.pid}`,
  });
}

const DROPPED = 'C:\\Windows\\Temp\\shop-updater.exe';
const POOL = 'pool.mining.example';

/** What the encoded command holds: text that shows what such scripts look like and does nothing of the kind. */
const SCRIPT = `# Sigel demo. This text only describes what an intruder's script would do; it runs nothing.
Write-Output 'fetch http://files.example/shop-updater.exe to ${DROPPED}'
Write-Output 'set HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run ShopUpdater'
Write-Output 'start ${DROPPED} -o stratum+tcp://${POOL}:3333 -u shop.demo'
foreach ($step in 1..3) {
  Write-Output "step $step of a story told to test detection, in a container that never was"
}
Write-Output 'the end'
`;

/** As powershell.exe -EncodedCommand wants it: base64 of UTF-16LE. */
function encoded(script: string): string {
  return Buffer.from(script, 'utf16le').toString('base64');
}

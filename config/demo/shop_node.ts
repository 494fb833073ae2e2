import type { Container } from '../../test/scenario/container.ts';
import type { Process } from '../../test/scenario/process.ts';
import type { Scenario } from '../../test/scenario/scenario.ts';
import type { TlEvent, TlProvider } from '../../test/scenario/tracelogging.ts';

/** The node of the demo: its processes, its pods, and the work it does all day. */
export interface ShopNode {
  /** The compute service, which makes containers. */
  readonly compute: Process;
  /** The shop's web server, in the web pod. */
  readonly web: Process;
  /** services.exe of the web pod. */
  readonly webServices: Process;
  /** The DNS client service of the web pod. */
  readonly webDns: Process;
  /** The pod that is still to start. */
  readonly apiPod: Container;
  readonly shopProvider: TlProvider;
  readonly orderEvent: TlEvent;
  /** Lets some ordinary time pass: requests are served, services do their rounds. */
  works(rounds: number): void;
}

const SHOP_PROVIDER: TlProvider = { guid: '6f1c7e7a-3f0e-5b8d-9a51-70c2d1e4b8a6', name: 'Shop.Web' };
const ORDER_EVENT: TlEvent = {
  name: 'OrderPlaced',
  fields: [
    { name: 'order', type: 'uint32' },
    { name: 'total', type: 'double' },
    { name: 'customer', type: 'utf16' },
  ],
};

const NETWORK_SERVICE = 'S-1-5-20';
const APP_POOL = 'S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415';
const HOST_DNS = { address: '10.240.0.10', port: 53 };

/** Sets the stage: what ran before the trace began. */
export function shopNode(s: Scenario): ShopNode {
  const host = hostProcesses(s);
  const webPod = s.container({
    silo: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d',
    session: 3,
    address: '10.244.1.17',
    containerIdItems: 'ascii36',
  });
  const apiPod = s.container({
    silo: 'e1a4d7b2-05c9-4f38-b6a3-7788c9d0e1f2',
    session: 4,
    address: '10.244.1.23',
    containerIdItems: 'ascii36',
  });
  const pod = webPodProcesses(s, webPod, host.compute);
  let round = 0;
  const works = (rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      round += 1;
      s.after(`${120 + ((round * 37) % 90)}ms`);
      servesRequest(pod.web, round);
      hostRound(s, host, round);
    }
  };
  return {
    ...pod,
    compute: host.compute,
    apiPod,
    shopProvider: SHOP_PROVIDER,
    orderEvent: ORDER_EVENT,
    works,
  };
}

type Host = ReturnType<typeof hostProcesses>;

function hostProcesses(s: Scenario) {
  const system = s.process({ image: 'System', commandLine: '', pid: 4 });
  const smss = s.process({ commandLine: 'C:\\Windows\\System32\\smss.exe', parent: system });
  const wininit = s.process({ commandLine: 'wininit.exe', parent: smss });
  const services = s.process({ commandLine: 'C:\\Windows\\system32\\services.exe', parent: wininit });
  s.process({ commandLine: 'C:\\Windows\\system32\\lsass.exe', parent: wininit });
  const service = (commandLine: string, user?: string) =>
    s.process({ commandLine, parent: services, ...(user === undefined ? {} : { user }) });
  service('C:\\Windows\\system32\\svchost.exe -k DcomLaunch -p');
  const netsvcs = service('C:\\Windows\\system32\\svchost.exe -k netsvcs -p');
  const dns = service('C:\\Windows\\system32\\svchost.exe -k NetworkService -p -s Dnscache', NETWORK_SERVICE);
  service('C:\\Windows\\system32\\svchost.exe -k NetSvcs -p -s hns');
  const compute = service('C:\\Windows\\system32\\vmcompute.exe');
  const defender = service(
    '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe"',
  );
  const containerd = service(
    '"C:\\Program Files\\containerd\\containerd.exe" --run-service --config "C:\\Program Files\\containerd\\config.toml"',
  );
  const kubelet = service('C:\\k\\kubelet.exe --config=C:\\var\\lib\\kubelet\\config.yaml --windows-service');
  const shim = s.process({
    commandLine:
      '"C:\\Program Files\\containerd\\containerd-shim-runhcs-v1.exe" -namespace k8s.io -address \\\\.\\pipe\\containerd-containerd',
    parent: containerd,
  });
  const proxyJob = s.container({ isolation: 'host' });
  const agentJob = s.container({ isolation: 'host' });
  const proxy = s.process({
    commandLine: 'C:\\hpc\\kube-proxy\\kube-proxy.exe --proxy-mode=kernelspace',
    parent: shim,
    in: proxyJob,
  });
  s.process({
    commandLine: 'C:\\hpc\\node.exe C:\\hpc\\app\\sigel.mjs --config C:\\hpc\\etc\\sigel\\config.yaml',
    parent: shim,
    in: agentJob,
  });
  return { netsvcs, dns, compute, defender, containerd, kubelet, proxy };
}

function webPodProcesses(s: Scenario, pod: Container, compute: Process) {
  const smss = s.process({ commandLine: 'C:\\Windows\\System32\\smss.exe', parent: compute, in: pod });
  const wininit = s.process({ commandLine: 'wininit.exe', parent: smss, in: pod });
  const webServices = s.process({
    commandLine: 'C:\\Windows\\system32\\services.exe',
    parent: wininit,
    in: pod,
  });
  const service = (commandLine: string, user?: string) =>
    s.process({ commandLine, parent: webServices, in: pod, ...(user === undefined ? {} : { user }) });
  const exec = service('C:\\Windows\\System32\\CExecSvc.exe');
  const webDns = service(
    'C:\\Windows\\system32\\svchost.exe -k NetworkService -p -s Dnscache',
    NETWORK_SERVICE,
  );
  const iis = service('C:\\Windows\\system32\\svchost.exe -k iissvcs');
  s.process({ commandLine: 'C:\\ServiceMonitor.exe w3svc', parent: exec, in: pod, user: 'S-1-5-93-2-1' });
  const web = s.process({
    commandLine:
      'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "Shop" -v "v4.0" -l "webengine4.dll" -a \\\\.\\pipe\\iisipm0 -h "C:\\inetpub\\temp\\apppools\\Shop\\Shop.config"',
    parent: iis,
    in: pod,
    user: APP_POOL,
  });
  return { web, webServices, webDns };
}

/** A customer looks at a page; every third one buys something. */
function servesRequest(web: Process, round: number): void {
  const customer = web.accepts(`203.0.113.${10 + ((round * 29) % 200)}`, 49_200 + round * 17, 80);
  customer.receives(380 + ((round * 13) % 200));
  web.readsFile(
    `C:\\inetpub\\shop\\pages\\${['home', 'cart', 'search', 'item'][round % 4] ?? 'home'}.cshtml`,
    2200,
  );
  if (round % 3 === 0) {
    const database = web.connects('10.240.0.30', 1433).sends(420).receives(1630);
    database.closes();
    web.logs(SHOP_PROVIDER, ORDER_EVENT, {
      order: 40_000 + round,
      total: 9.9 + round,
      customer: `c-${1000 + round * 7}`,
    });
  }
  customer.sends(8_120 + round).closes();
}

/** The host's services take turns. */
function hostRound(s: Scenario, host: Host, round: number): void {
  switch (round % 5) {
    case 0:
      host.kubelet.connects('10.240.0.1', 443).sends(1420).receives(612).closes();
      return;
    case 1:
      host.defender.readsFile('C:\\Windows\\System32\\drivers\\etc\\hosts', 824);
      host.netsvcs.readsRegistryValue(
        'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
        'CurrentBuild',
      );
      return;
    case 2:
      host.kubelet.resolves('api.cluster.example', { answers: ['10.240.0.1'], service: host.dns });
      host.dns.sendsDatagram(HOST_DNS, 44, 53_011).receivesDatagram(HOST_DNS, 53_011, 92);
      return;
    case 3:
      host.containerd.readsFile(
        'C:\\ProgramData\\containerd\\root\\io.containerd.metadata.v1.bolt\\meta.db',
        16_384,
      );
      host.proxy.readsRegistryValue('HKLM\\SYSTEM\\CurrentControlSet\\Services\\hns\\State', 'Revision');
      return;
    default:
      if (round % 10 === 4) hostScript(s, host);
  }
}

/** An administrator's check, as the kubelet runs it on the host. */
function hostScript(s: Scenario, host: Host): void {
  const check = host.kubelet.starts('powershell.exe -NoProfile -File C:\\k\\debug\\node-check.ps1');
  s.after('80ms');
  check.runsScript("Get-Service kubelet, containerd | Where-Object Status -ne 'Running'\n", {
    path: 'C:\\k\\debug\\node-check.ps1',
  });
  s.after('40ms');
  check.exits(0);
}

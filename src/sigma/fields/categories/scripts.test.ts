import { catalogueEvent } from '../../../../test/scenario/catalogue_event.ts';
import { testFields } from '../../../../test/support/sigma_fields.ts';

const WMI = '1418ef04-b0b4-4623-bf7e-d74ab47bbdaa';

testFields('ps_script', [
  {
    title: 'a script in parts is one',
    story: (s) =>
      void s.process('C:\\p.exe').runsScript('Invoke-Evil; ls', { partSize: 8, path: 'C:\\x.ps1' }),
    records: [{ ScriptBlockText: 'Invoke-Evil; ls', Path: 'C:\\x.ps1', Image: 'C:\\p.exe' }],
  },
]);
testFields('ps_module', [
  {
    title: 'a command and its context',
    story: (s) => void s.process('C:\\p.exe -x').runsCommand('Get-Item'),
    records: [{ Payload: 'CommandInvocation(Get-Item): "Get-Item"\r\n', Image: 'C:\\p.exe' }],
  },
]);
testFields('wmi_event', [
  {
    title: 'a permanent subscription',
    story: (s) =>
      catalogueEvent(s.process('C:\\svchost.exe'), WMI, 5861, {
        Namespace: 'ROOT\\Subscription',
        ESS: 'SELECT * FROM X',
        CONSUMER: 'CommandLineEventConsumer="evil"',
      }),
    records: [
      {
        EventID: [19, 20, 21],
        Query: 'SELECT * FROM X',
        Destination: 'CommandLineEventConsumer="evil"',
        Image: 'C:\\svchost.exe',
      },
    ],
  },
]);

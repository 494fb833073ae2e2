import { testFields } from '../../../../test/support/sigma_fields.ts';

testFields('network_connection', [
  {
    title: 'connections by who began them, and datagrams; not what is sent over a connection',
    story: (s) => {
      const a = s.process('C:\\a.exe -c').resolves('pool.example', { answers: ['192.0.2.7'] });
      a.connects('192.0.2.7', 443).sends(10).receives(10).closes();
      a.accepts('192.0.2.9', 50_000, 3389);
      a.connects('2001:db8::7', 80);
      a.sendsDatagram({ address: '192.0.2.8', port: 53 }, 30);
    },
    records: [
      {
        Initiated: 'true',
        Protocol: 'tcp',
        DestinationIp: '192.0.2.7',
        DestinationPort: 443,
        DestinationHostname: 'pool.example',
        DestinationIsIpv6: 'false',
        SourceIp: '10.240.0.4',
        Image: 'C:\\a.exe',
        CommandLine: 'C:\\a.exe -c',
      },
      { Initiated: 'false', SourceIp: '192.0.2.9', DestinationPort: 3389, DestinationHostname: undefined },
      { Initiated: 'true', DestinationIp: '2001:db8::7', DestinationIsIpv6: 'true' },
      { Initiated: 'true', Protocol: 'udp', DestinationPort: 53 },
    ],
  },
]);

testFields('dns_query', [
  {
    title: 'names and what they resolve to',
    story: (s) =>
      void s
        .process('C:\\a.exe')
        .resolves('a.example', { answers: ['192.0.2.1', '192.0.2.2'] })
        .resolves('b.example', { status: 9003 }),
    records: [
      {
        QueryName: 'a.example',
        QueryStatus: 0,
        QueryResults: '192.0.2.1;192.0.2.2;',
        Image: 'C:\\a.exe',
      },
      { QueryName: 'b.example', QueryStatus: 9003, QueryResults: undefined },
    ],
  },
]);

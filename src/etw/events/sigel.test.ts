import { testMappingRows } from '../../../test/support/mapped.ts';
import { sigelAgent } from './sigel.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000001';

testMappingRows(sigelAgent, [
  [
    0,
    { Message: ID },
    'sigel.agent.canary',
    5,
    `canary ${ID}`,
    { 'sigel.canary.id': ID, 'process.pid': 4711 },
  ],
]);

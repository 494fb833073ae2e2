import { testLife } from './containerd_life.ts';
import { CONTAINERD_1 } from './peers/containerd_build.ts';
import { NODE_22 } from './peers/node.ts';

// Sigel in node.exe and the real containerd for Windows, over its real pipe, both under Wine. Only what makes containers of
// processes is a stand-in: the shim.

await testLife(NODE_22, CONTAINERD_1);

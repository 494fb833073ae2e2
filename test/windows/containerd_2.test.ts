import { testLife } from './containerd_life.ts';
import { CONTAINERD_2 } from './peers/containerd_build.ts';
import { NODE_24 } from './peers/node.ts';

// As containerd.test.ts, with the newer of both. A suite of its own: its containerd takes the longest to build.

await testLife(NODE_24, CONTAINERD_2);

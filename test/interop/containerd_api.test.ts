import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  DescEnum,
  DescField,
  DescFile,
  DescMessage,
  DescService,
  FileRegistry,
} from '@bufbuild/protobuf';
import { file_containers } from '../../src/containerd/generated/containers_pb.ts';
import { file_envelope } from '../../src/containerd/generated/envelope_pb.ts';
import { file_event_service } from '../../src/containerd/generated/event_service_pb.ts';
import { file_events } from '../../src/containerd/generated/events_pb.ts';
import { file_namespaces } from '../../src/containerd/generated/namespaces_pb.ts';
import { file_runhcs_options } from '../../src/containerd/generated/runhcs_options_pb.ts';
import { file_task } from '../../src/containerd/generated/task_pb.ts';
import { file_tasks } from '../../src/containerd/generated/tasks_pb.ts';
import { file_version } from '../../src/containerd/generated/version_pb.ts';
import { file_cri } from './peers/cri/generated/cri_pb.ts';
import { protosOfGoModule } from './peers/go_protos.ts';
import { haveTool } from './peers/tools.ts';

// Our .proto files have only what is used: each name, number and type must be the published one.

interface Published {
  readonly module: string;
  readonly folders: readonly string[];
  readonly ours: readonly DescFile[];
}

const PUBLISHED: readonly Published[] = [
  {
    module: 'github.com/containerd/containerd/api@v1.12.0',
    folders: [
      'services/containers',
      'services/events',
      'services/namespaces',
      'services/tasks',
      'services/version',
      'events',
      'types',
    ],
    ours: [
      file_containers,
      file_envelope,
      file_event_service,
      file_events,
      file_namespaces,
      file_task,
      file_tasks,
      file_version,
    ],
  },
  { module: 'k8s.io/cri-api@v0.37.2', folders: ['pkg/apis/runtime/v1'], ours: [file_cri] },
  {
    module: 'github.com/Microsoft/hcsshim@v0.13.0',
    folders: ['cmd/containerd-shim-runhcs-v1/options'],
    ours: [file_runhcs_options],
  },
];

const skip = (await haveTool('go')) ? false : 'published .proto files come with Go modules, which need Go';

for (const { module, folders, ours } of PUBLISHED) {
  test(`what is used of ${module} is as it is published`, { skip }, async () => {
    const theirs = await protosOfGoModule(module, folders);
    const differences = ours.flatMap(({ messages, enums, services }) =>
      messages
        .flatMap((message) => messageDifferences(message, theirs))
        .concat(enums.flatMap((own) => enumDifferences(own, theirs)))
        .concat(services.flatMap((service) => serviceDifferences(service, theirs))),
    );
    assert.deepEqual(differences, []);
  });
}

function messageDifferences(own: DescMessage, theirs: FileRegistry): string[] {
  const published = theirs.getMessage(own.typeName);
  if (published === undefined) return [`${own.typeName} is not published`];
  return [
    ...own.fields.flatMap((field) => {
      const other = published.fields.find(({ name }) => name === field.name);
      const [is, should] = [inWords(field), other === undefined ? 'nothing' : inWords(other)];
      return is === should ? [] : [`${own.typeName}.${field.name} is ${is}, not ${should}`];
    }),
    ...own.nestedMessages.flatMap((nested) => messageDifferences(nested, theirs)),
    ...own.nestedEnums.flatMap((nested) => enumDifferences(nested, theirs)),
  ];
}

function inWords(field: DescField): string {
  const { number, fieldKind, scalar, message, enum: named, presence } = field;
  const collection =
    fieldKind === 'list' ? field.listKind : fieldKind === 'map' ? `${field.mapKey} to ${field.mapKind}` : '';
  return [number, fieldKind, collection, scalar, message?.typeName, named?.typeName, presence].join(' ');
}

function enumDifferences(own: DescEnum, theirs: FileRegistry): string[] {
  const values = ({ values }: DescEnum): string =>
    values.map(({ name, number }) => `${name} = ${number}`).join(', ');
  const published = theirs.getEnum(own.typeName);
  const should = published === undefined ? 'nothing' : values(published);
  return values(own) === should ? [] : [`${own.typeName} is ${values(own)}, not ${should}`];
}

function serviceDifferences(own: DescService, theirs: FileRegistry): string[] {
  const published = theirs.getService(own.typeName);
  return own.methods.flatMap(({ name, methodKind, input, output }) => {
    const other = published?.methods.find((method) => method.name === name);
    const is = `${methodKind} ${input.typeName} ${output.typeName}`;
    const should = `${other?.methodKind} ${other?.input.typeName} ${other?.output.typeName}`;
    return is === should ? [] : [`${own.typeName}.${name} is ${is}, not ${should}`];
  });
}

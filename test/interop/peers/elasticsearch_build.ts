import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const ELASTICSEARCH = '8.19.21';
/** Elasticsearch as its own integration tests have it: without most modules, so no data streams, pipelines or ES|QL. */
const ARTIFACT = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${ELASTICSEARCH}:zip`;

/** The path of Elasticsearch's archive, from the cache or fetched now by Maven. */
export async function ensureElasticsearch(): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`elasticsearch-${ELASTICSEARCH}`, async (target) => {
      const may = mayStillBuild('Elasticsearch');
      if (may !== true) refusal = may;
      else if (!(await haveTool('maven'))) refusal = missing('Elasticsearch needs Maven to be fetched');
      if (refusal !== undefined) throw new Error('not fetched');
      say(`fetching Elasticsearch ${ELASTICSEARCH} once (107 MB; kept in the cache)`);
      const copy = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy';
      const options = [`-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${target}`];
      await step('mvn', ['-q', '-B', copy, ...options], target, process.env);
    });
    return { kind: 'ready', path: join(folder, `elasticsearch-${ELASTICSEARCH}.zip`) };
  } catch (error) {
    return refusal ?? missing(`Elasticsearch could not be fetched: ${String(error)}`);
  }
}

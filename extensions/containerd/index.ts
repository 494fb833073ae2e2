import { defineExtension } from '../../src/component.ts';
import { containerdConfig } from './config.ts';
import { ContainerdExtension } from './extension.ts';

export const containerdExtension = defineExtension({
  type: 'containerd',
  description: 'Knows the containers of this node, from containerd, for the components that name it.',
  config: containerdConfig,
  create: (context, config) =>
    new ContainerdExtension(context, config, async () => {
      if (config.job_queries === false || process.platform !== 'win32') return undefined;
      // koffi and the DLLs are loaded where they are needed, and not before.
      const { hostJobs } = await import('../../src/windows/jobs/host_jobs.ts');
      const jobs = hostJobs();
      if (jobs.kind === 'ok') return jobs.value;
      context.logger.warn('jobs of containers cannot be asked for', { reason: jobs.error.message });
      return undefined;
    }),
});

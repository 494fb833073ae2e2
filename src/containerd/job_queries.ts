import type { Container, JobFacts } from './facts.ts';

/** What asking for the job of a container comes to. */
export type JobAnswer =
  | {
      readonly kind: 'facts';
      readonly job: JobFacts;
      /** What this Windows cannot be asked, in words; worth telling once. */
      readonly lacks: readonly string[];
    }
  /** There is no such job: not yet, or no more. */
  | { readonly kind: 'absent' }
  /** Whoever was asked never knows of such a container. */
  | { readonly kind: 'none' }
  /** It cannot be asked for; the reason is the same text for the same cause, whichever container it was. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Who can say what job a container's processes are in: Windows, or containerd for its part. Answers within
 * microseconds (Windows) or some 10 ms (containerd), and never throws.
 */
export interface JobQueries {
  query(container: Container): JobAnswer | Promise<JobAnswer>;
}

/** What Windows lets ask about jobs. native/job_calls.ts calls it; tests have a fake. Statuses are unsigned NTSTATUS. */
export interface JobCalls {
  /** NtOpenJobObject by its full name in NT's namespace, with JOB_OBJECT_QUERY; the handle counts where the status is 0. */
  open(name: string): { readonly status: number; readonly handle: bigint };
  /** NtQueryInformationJobObject: fills the buffer, whose whole length is given to Windows. */
  query(handle: bigint, jobClass: number, buffer: Uint8Array): number;
  /** NtClose. */
  close(handle: bigint): void;
}

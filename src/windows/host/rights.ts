/** What a process may do on its host. */
export interface Rights {
  /** It runs with an administrator's full token, or as LocalSystem. */
  readonly elevated: boolean;
  /** The SID of its account. */
  readonly user: string | undefined;
}

/** Values below HKEY_LOCAL_MACHINE. native/host_registry.ts reads them; tests have a fake. */
export interface Registry {
  /** A REG_SZ, or a REG_EXPAND_SZ with its variables expanded, of at most 4096 characters. */
  text(key: string, value: string): string | undefined;
  /** A REG_DWORD. */
  number(key: string, value: string): number | undefined;
}

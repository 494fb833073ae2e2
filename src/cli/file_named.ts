const TRACE = /\.(etl|etl\.gz|evtx)$/i;
const CONFIGURATION = /\.ya?ml$/i;

/** The command line that whoever named a file in place of a command probably meant; undefined for what is none. */
export function forFile(name: string): string | undefined {
  if (TRACE.test(name)) return `sigel replay ${name}`;
  return CONFIGURATION.test(name) ? `sigel --config ${name}` : undefined;
}

/** Why the service does not start, in one sentence for its terminal; starting again would say the same. */
export class StartRefusal extends Error {
  override name = 'StartRefusal'
}

/** Exit code for it: EX_CONFIG of sysexits(3). */
export const EXIT_CONFIG = 78

/** How the software adapter uses the processor's cores. @module */

/**
 * `one`: it computes in the thread that uses the device, which is fastest for small models and leaves the other cores to
 * other runs or replicas; `all`: every launch is spread over all cores, which pays for large ones.
 */
export type SoftwareThreads = "one" | "all";

/** What Mesa's llvmpipe reads when a thread first asks for adapters. */
const VARIABLE = "LP_NUM_THREADS";

/** Of this thread's first device, which holds for all of them: the driver is asked once. */
let chosen: SoftwareThreads | undefined;

/**
 * Opens a device whose software adapter uses so many threads; by default what the environment says, else all.
 *
 * @param open is told what the adapter uses
 */
export async function withSoftwareThreads<Result>(
  wanted: SoftwareThreads | undefined,
  open: (threads: SoftwareThreads) => Promise<Result>,
): Promise<Result> {
  const before = Deno.env.get(VARIABLE);
  const threads = chosen ?? wanted ?? (before === "0" ? "one" : "all");
  if (threads === "one") Deno.env.set(VARIABLE, "0");
  try {
    const result = await open(threads);
    chosen = threads;
    return result;
  } finally {
    if (before === undefined) Deno.env.delete(VARIABLE);
    else Deno.env.set(VARIABLE, before);
  }
}

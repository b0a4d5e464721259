/** How the software adapter uses the processor's cores. @module */

/**
 * `one`: all of a launch is computed by one thread, which is fastest for small models and leaves the other cores to
 * other runs or replicas; `all`: every launch is spread over all cores, which pays for large ones.
 */
export type SoftwareThreads = "one" | "all";

/** What Mesa's llvmpipe reads when a thread first asks for adapters: the threads it adds to its queue's. */
const VARIABLE = "LP_NUM_THREADS";

/** Of this thread's first device, which holds for all of them: the driver is asked once. */
let chosen: SoftwareThreads | undefined;

/**
 * Chooses for the device that is opened next. What the environment says comes first; what is chosen stays there, for
 * the process and those that it starts.
 *
 * @returns what holds
 */
export function chooseSoftwareThreads(wanted?: SoftwareThreads): SoftwareThreads {
  if (Deno.build.os !== "linux") return "all";
  if (!chosen && wanted === "one" && Deno.env.get(VARIABLE) === undefined) Deno.env.set(VARIABLE, "0");
  return chosen ??= Deno.env.get(VARIABLE) === "0" ? "one" : "all";
}

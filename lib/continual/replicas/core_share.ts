/** Giving threads processor cores of their own, so that replicas that wait for each other do not end up on one. @module */

/** Bytes of the system's set of cores: one bit each of 1,024. */
const SET_BYTES = 128;
const LIBRARY = "libc.so.6";
const SYMBOLS = {
  sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
} as const;

type System = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** The thread that calls. */
const CALLER = 0;

let system: System | null | undefined;
/** The cores that this thread might use before it was restricted. */
let all: readonly number[] | undefined;

/** What Linux offers for it; null elsewhere, and where programs may not call it. */
function systemCalls(): System | null {
  if (system !== undefined) return system;
  try {
    const mayCall = Deno.build.os === "linux" &&
      Deno.permissions.querySync({ name: "ffi", path: LIBRARY }).state === "granted";
    system = mayCall ? Deno.dlopen(LIBRARY, SYMBOLS).symbols : null;
  } catch {
    system = null;
  }
  return system;
}

function allowedCores(): number[] {
  const bits = new Uint8Array(SET_BYTES);
  const result = systemCalls()?.sched_getaffinity(CALLER, BigInt(SET_BYTES), bits) ?? -1;
  if (result < 0) return [];
  return Array.from({ length: 8 * SET_BYTES }, (_, core) => core)
    .filter((core) => bits[core >> 3] >> (core & 7) & 1);
}

/**
 * The cores of one of `size` replicas, of those that this thread may use; none where the system does not say, or there
 * are fewer than replicas.
 */
export function coreShare(rank: number, size: number): number[] {
  all ??= allowedCores();
  return all.length < size ? [] : all.filter((_, i) => i % size === rank);
}

/**
 * Restricts threads to some cores: this one, and with it those that it starts from now on, and others by the system's
 * numbers. Nothing happens without any core, or where the system has no such thing: this is for speed only.
 */
export function keepToCores(cores: readonly number[], threadIds: readonly number[] = []): void {
  if (cores.length === 0) return;
  all ??= allowedCores();
  const bits = new Uint8Array(SET_BYTES);
  for (const core of cores) bits[core >> 3] |= 1 << (core & 7);
  for (const id of [CALLER, ...threadIds]) systemCalls()?.sched_setaffinity(id, BigInt(SET_BYTES), bits);
}

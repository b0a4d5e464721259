/** The `--device` option. @module */
import type { DeviceChoice } from "../gpu/adapter.ts";

/** What `openGpu` is asked for: the best adapter there is unless the option insists. */
export function deviceChoice(option: string | undefined): DeviceChoice {
  return option === "gpu" || option === "software" ? option : "auto";
}

/** How the device looks in notebooks. @module */
import { bytesText, linesDisplay, type RichDisplay } from "../display/rich_display.ts";

/** What is shown of a device. */
export interface ShownGpu {
  readonly software: boolean;
  readonly name: string;
  readonly liveBuffers: number;
  readonly bytes: number;
}

/** The adapter in one line. */
export function gpuLine({ software, name }: ShownGpu): string {
  return `${software ? "Software adapter" : "GPU"} "${name}"`;
}

/** The adapter, and what it holds. */
export function gpuDisplay(gpu: ShownGpu): RichDisplay {
  return linesDisplay([gpuLine(gpu), `${gpu.liveBuffers} buffers in use, ${bytesText(gpu.bytes)} in all`]);
}

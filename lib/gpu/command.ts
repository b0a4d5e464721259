/** Recorded GPU commands and their encoding. @module */
import type { BufferRange } from "./pooled_buffer.ts";
import { assertExists } from "./pooled_buffer.ts";
import type { Pipeline } from "./kernel.ts";

/** A kernel launch. */
export interface DispatchCommand {
  readonly kind: "dispatch";
  readonly pipeline: Pipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: readonly [number, number, number];
  /** Floating-point operations, as far as they are counted. */
  readonly operations: number;
}

/** A copy between buffers. */
export interface CopyCommand {
  readonly kind: "copy";
  readonly source: GPUBuffer;
  readonly sourceOffset: number;
  readonly target: GPUBuffer;
  readonly targetOffset: number;
  readonly bytes: number;
}

/** A copy of a buffer's whole contents into its mirror in a texture (`mirror`), or back (`unmirror`). */
export interface MirrorCopyCommand {
  readonly kind: "mirror" | "unmirror";
  readonly buffer: GPUBuffer;
  readonly bytesPerRow: number;
  readonly texture: GPUTexture;
  /** In texels. */
  readonly width: number;
  readonly height: number;
}

/** Zeroes a range of a buffer. */
export interface ClearCommand {
  readonly kind: "clear";
  readonly target: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** One GPU command, ready to be encoded any number of times. */
export type Command = DispatchCommand | CopyCommand | MirrorCopyCommand | ClearCommand;

/** A copy of the first `bytes` bytes of a range. */
export function copyCommand(source: BufferRange, target: BufferRange, bytes: number): CopyCommand {
  assertExists(source.buffer);
  assertExists(target.buffer);
  return {
    kind: "copy",
    source: source.buffer.handle,
    sourceOffset: source.offset,
    target: target.buffer.handle,
    targetOffset: target.offset,
    bytes,
  };
}

/** Where a pass writes its start and end times; used by the profiler. */
export type PassTimer = (launch: DispatchCommand) => GPUComputePassTimestampWrites | undefined;

/**
 * Encodes commands in order: one compute pass for each run of dispatches, broken only by copies.
 *
 * @param encoder receives the commands
 * @param commands at least one: finishing an empty encoder ends some versions of Deno
 * @param timer when given, every dispatch gets a pass of its own, timed by it
 */
export function encode(encoder: GPUCommandEncoder, commands: readonly Command[], timer?: PassTimer): void {
  let pass: GPUComputePassEncoder | null = null;
  let pipeline: Pipeline | null = null;
  for (const command of commands) {
    if (command.kind !== "dispatch") {
      pass?.end();
      pass = null;
      encodeCopy(encoder, command);
      continue;
    }
    if (!pass || timer) {
      pass?.end();
      pass = encoder.beginComputePass({ timestampWrites: timer?.(command) });
      pipeline = null;
    }
    if (command.pipeline !== pipeline) {
      pass.setPipeline(command.pipeline.handle);
      pipeline = command.pipeline;
    }
    pass.setBindGroup(0, command.bindGroup);
    pass.dispatchWorkgroups(command.grid[0], command.grid[1], command.grid[2]);
  }
  pass?.end();
}

function encodeCopy(
  encoder: GPUCommandEncoder,
  command: CopyCommand | MirrorCopyCommand | ClearCommand,
): void {
  switch (command.kind) {
    case "copy":
      encoder.copyBufferToBuffer(
        command.source,
        command.sourceOffset,
        command.target,
        command.targetOffset,
        command.bytes,
      );
      return;
    case "mirror":
      encoder.copyBufferToTexture(
        { buffer: command.buffer, bytesPerRow: command.bytesPerRow },
        { texture: command.texture },
        [command.width, command.height],
      );
      return;
    case "unmirror":
      encoder.copyTextureToBuffer(
        { texture: command.texture },
        { buffer: command.buffer, bytesPerRow: command.bytesPerRow },
        [command.width, command.height],
      );
      return;
    case "clear":
      encoder.clearBuffer(command.target, command.offset, command.bytes);
  }
}

/** Finding a WebGPU adapter and asking it for all it offers. @module */

/** Thrown when no WebGPU adapter of the wanted kind exists; the command line exits with code 3. */
export class NoAdapterError extends Error {
  override readonly name = "NoAdapterError";
}

/** Thrown when the device was lost or reported an error; what was recorded before stays. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}

/** Which adapter to take: the best one, only a real GPU, or the software one. */
export type DeviceChoice = "auto" | "gpu" | "software";

/** Limits worth raising from WebGPU's defaults to what the adapter has. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxTextureDimension2D",
  "maxStorageTexturesPerShaderStage",
] as const;

/** Whether an adapter computes on the CPU (Mesa's llvmpipe, SwiftShader, WARP). */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
  return info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader|software|basic render|warp/.test(text);
}

/**
 * Asks for an adapter of the wanted kind.
 *
 * @param choice `auto` takes a GPU where there is one and the software adapter otherwise
 * @throws {NoAdapterError} when there is none, saying what to install
 */
export async function requestAdapter(choice: DeviceChoice): Promise<GPUAdapter> {
  if (typeof navigator === "undefined" || !navigator.gpu) {
    throw new NoAdapterError(
      "This runtime has no WebGPU (navigator.gpu is missing); Deno 2.9 or later is required.",
    );
  }
  // The software driver complains where this is not set; the folder need not be its own.
  if (Deno.build.os === "linux" && !Deno.env.get("XDG_RUNTIME_DIR")) {
    Deno.env.set("XDG_RUNTIME_DIR", Deno.env.get("TMPDIR") ?? "/tmp");
  }
  const adapter = await navigator.gpu.requestAdapter({
    powerPreference: "high-performance",
    forceFallbackAdapter: choice === "software",
  });
  if (!adapter) {
    throw new NoAdapterError(
      "No WebGPU adapter was found: install the GPU's driver, or on Debian and Ubuntu the software one (apt-get install " +
        "mesa-vulkan-drivers libvulkan1), and start again, in a notebook by restarting the kernel; ./gorp doctor shows " +
        "what there is.",
    );
  }
  if (choice === "gpu" && isSoftwareAdapter(adapter.info)) {
    throw new NoAdapterError(
      `Asked for a GPU, but the only WebGPU adapter is a software one (${describeAdapter(adapter.info)}); ` +
        "use --device software, or install the GPU's Vulkan driver.",
    );
  }
  return adapter;
}

/** Requests a device with the adapter's own limits and the optional features the kit can use. */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits: Record<string, number> = {};
  for (const name of RAISED_LIMITS) requiredLimits[name] = adapter.limits[name];
  const wanted: GPUFeatureName[] = ["timestamp-query", "shader-f16"];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  const request = (features: GPUFeatureName[]) =>
    adapter.requestDevice({ requiredFeatures: features, requiredLimits });
  if (!isSoftwareAdapter(adapter.info)) return await request(requiredFeatures);
  // llvmpipe has subgroup operations, but Deno does not list them.
  return await request([...requiredFeatures, "subgroups"]).catch(() => request(requiredFeatures));
}

/** One short phrase for an adapter. */
export function describeAdapter(info: GPUAdapterInfo): string {
  return info.description || info.device || info.vendor || "unknown adapter";
}

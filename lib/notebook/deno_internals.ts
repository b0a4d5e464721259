/** What Deno keeps for itself. @module */

/** The object under Deno's private key. Any part of it may be missing in another version: look before use. */
export function denoInternals(): Record<string, unknown> | undefined {
  const deno = Deno as unknown as Record<PropertyKey, unknown>;
  const internals = typeof deno.internal === "symbol" ? deno[deno.internal] : undefined;
  return typeof internals === "object" && internals !== null
    ? internals as Record<string, unknown>
    : undefined;
}

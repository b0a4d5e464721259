/** The JavaScript libraries that are measured beside this project, each in a process of its own. */
import { fileURLToPath } from "node:url";

/** What a peer's process prints. */
export interface PeerMeasurement {
  /** Milliseconds by what was measured. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** Of the network after the compared step. */
  readonly loss?: number;
}

/** A library and its back end. */
export interface PeerName {
  readonly library: "jax-js" | "tfjs";
  readonly backEnd: "wasm" | "webgpu";
}

/** All of them. */
export const PEERS: readonly PeerName[] = [
  { library: "jax-js", backEnd: "wasm" },
  { library: "jax-js", backEnd: "webgpu" },
  { library: "tfjs", backEnd: "wasm" },
  { library: "tfjs", backEnd: "webgpu" },
];

const PROGRAM = fileURLToPath(new URL("measure_peer.ts", import.meta.url));

/**
 * Measures one peer. Its packages are fetched at the first time; they are no part of the project's own, whence no
 * configuration and no lock file.
 *
 * @param task `mlp`, or sizes of square products with commas between
 * @returns null, after one line that says why, when the peer cannot be measured
 */
export async function measurePeer(
  { library, backEnd }: PeerName,
  task: string,
): Promise<PeerMeasurement | null> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "--no-config",
      "--no-lock",
      "--no-check",
      PROGRAM,
      library,
      backEnd,
      task,
    ],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  try {
    return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!);
  } catch {
    const lines = decoder.decode(stderr).split("\n");
    const reason = lines.find((line) => line.includes("rror:")) ?? `exit code ${code}`;
    console.log(`${library} ${backEnd} cannot be measured: ${reason.trim()}`);
    return null;
  }
}

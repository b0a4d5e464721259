/** Running `./gorp` as a user does, and timing it from the outside. */
import { projectFolder } from "../lib/cli/project.ts";

/** Seconds that `./gorp` takes with these arguments, from the shell's start to its end. */
export async function secondsOf(words: readonly string[]): Promise<number> {
  const start = performance.now();
  const { code, stderr } = await new Deno.Command(`${projectFolder}gorp`, { args: [...words] }).output();
  if (code !== 0) throw new Error(`./gorp ${words.join(" ")} failed:\n${new TextDecoder().decode(stderr)}`);
  return (performance.now() - start) / 1000;
}

/** The environment in which the launcher runs Deno, with another place for compiled shaders if wanted. */
export function launcherEnvironment(shaders = `${projectFolder}.cache/shaders`): Record<string, string> {
  return {
    NO_COLOR: "1",
    DENO_DIR: `${projectFolder}.cache/deno`,
    XDG_RUNTIME_DIR: `${projectFolder}.cache/runtime`,
    MESA_SHADER_CACHE_DIR: shaders,
  };
}

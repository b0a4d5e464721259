/** JupyterLab in an environment of the project's own. @module */
import { join } from "node:path";
import { projectFolder } from "./project.ts";
import { UsageError } from "./usage_error.ts";

/**
 * What is installed; a change here makes a new environment. From 4.25 on jsonschema builds a grammar of addresses when it
 * is imported, which takes longer than all else before the server is ready.
 */
const REQUIREMENTS = ["jupyterlab>=4.6,<4.7", "jsonschema<4.25"];

/** How JupyterLab is to be at first, by plugin; what its user has changed stays. */
const SETTINGS: Readonly<Record<string, unknown>> = {
  "apputils-extension/notification": { checkForUpdates: false, fetchNews: "false" },
  // Lines of code are up to 110 characters long: on a narrow screen they would be cut off.
  "notebook-extension/tracker": { codeCellConfig: { lineNumbers: false, lineWrap: true } },
};

/** Everything of Jupyter's lies here, nothing in the home folder. */
const folder = join(projectFolder, ".cache", "jupyter");
const isWindows = Deno.build.os === "windows";

/** A Python with JupyterLab, and the environment variables to run it with. */
export interface JupyterEnvironment {
  readonly python: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes the environment where it is missing, and tells its Jupyter of this Deno.
 *
 * @param say is told what takes long
 * @throws {UsageError} if there is no Python that can make environments, or JupyterLab cannot be installed
 */
export async function jupyterEnvironment(say: (text: string) => void): Promise<JupyterEnvironment> {
  const python = join(folder, "venv", isWindows ? "Scripts/python.exe" : "bin/python");
  const mark = join(folder, "venv", "installed.txt");
  const wanted = REQUIREMENTS.join("\n");
  if (await readIfThere(mark) !== wanted) {
    await install(python, say);
    await Deno.writeTextFile(mark, wanted);
  }
  await writeJson(join(folder, "data", "kernels", "deno", "kernel.json"), {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  });
  await writeJson(join(folder, "config", "jupyter_server_config.json"), {
    // Language servers: none is for Deno's kernel, and looking for them with npm writes into the home folder.
    ServerApp: { jpserver_extensions: { jupyter_lsp: false } },
    LanguageServerManager: { autodetect: false },
    MultiKernelManager: { default_kernel_name: "deno" },
  });
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const path = join(folder, "settings", "@jupyterlab", `${name}.jupyterlab-settings`);
    if (await readIfThere(path) === undefined) await writeJson(path, settings);
  }
  // The software graphics driver prints errors where there is no such folder.
  await Deno.mkdir(join(folder, "run"), { recursive: true, mode: 0o700 });
  return { python, variables: variables() };
}

async function install(python: string, say: (text: string) => void): Promise<void> {
  const maker = await findPython();
  await Deno.remove(join(folder, "venv"), { recursive: true }).catch(() => {});
  say("installing JupyterLab into .cache/jupyter (330 MB, a minute or two)");
  const made = await run(maker, ["-m", "venv", join(folder, "venv")]);
  if (made !== undefined) {
    throw new UsageError(
      `JupyterLab needs an environment of its own, and ${maker} cannot make one (${made}). ` +
        "On Debian and Ubuntu, apt install python3-venv helps.",
    );
  }
  const installed = await run(python, ["-m", "pip", "install", "--quiet", ...REQUIREMENTS]);
  if (installed !== undefined) {
    throw new UsageError(`JupyterLab could not be installed with pip (${installed}). Is the network there?`);
  }
}

async function findPython(): Promise<string> {
  for (const name of isWindows ? ["py", "python"] : ["python3", "python"]) {
    if (await run(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]) === undefined) {
      return name;
    }
  }
  throw new UsageError(
    "JupyterLab needs Python 3.10 or later, and there is none on PATH; install one first.",
  );
}

/** Runs a program quietly; returns undefined if it went well, else the last line of what it said. */
async function run(program: string, words: string[]): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args: words, stdin: "null" })
      .output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim()).filter(Boolean);
    return success ? undefined : said.join("\n").split("\n").at(-1) ?? "it failed";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "it is not there";
    throw error;
  }
}

function variables(): Record<string, string> {
  const places = {
    JUPYTER_DATA_DIR: "data",
    JUPYTER_CONFIG_DIR: "config",
    JUPYTER_RUNTIME_DIR: "runtime",
    JUPYTERLAB_SETTINGS_DIR: "settings",
    JUPYTERLAB_WORKSPACES_DIR: "workspaces",
    IPYTHONDIR: "ipython",
  };
  const own = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, join(folder, place)]));
  return { XDG_RUNTIME_DIR: Deno.env.get("XDG_RUNTIME_DIR") ?? join(folder, "run"), ...own };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(value, null, 2) + "\n");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

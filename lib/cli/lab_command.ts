/** `./gorp lab`. @module */
import type { Command } from "./command.ts";
import { jupyterEnvironment } from "./jupyter_environment.ts";
import { projectFolder } from "./project.ts";
import { UsageError } from "./usage_error.ts";

/** Opens the notebooks in JupyterLab. */
export const labCommand: Command = {
  name: "lab",
  summary: "opens the notebooks in JupyterLab, in an environment of the project's own",
  operands: "[-- OPTION…]",
  description:
    "Installs JupyterLab into .cache/jupyter the first time (needs Python 3.10 or later and the\n" +
    "network), tells it of this Deno, and opens notebooks/. Nothing outside the project is touched.\n" +
    "Ctrl-C ends it. What follows -- goes to JupyterLab.",
  options: ["no-browser", "port"],
  examples: [
    { line: "./gorp lab", remark: "in the browser" },
    { line: "./gorp lab --no-browser --port 9000", remark: "on a machine without one" },
  ],
  async run({ options, operands }) {
    if ((options.port ?? 0) > 65_535) {
      throw new UsageError(`There is no port ${options.port}; the last is 65535.`);
    }
    const { python, variables } = await jupyterEnvironment((text) => console.error(`gorp: ${text}`));
    const child = new Deno.Command(python, {
      args: [
        "-m",
        "jupyterlab",
        `--ServerApp.root_dir=${projectFolder}`,
        "--LabApp.default_url=/lab/tree/notebooks",
        "--ServerApp.answer_yes=True", // Ctrl-C ends it without a question.
        ...(options["no-browser"] ? ["--no-browser"] : []),
        ...(options.port === undefined ? [] : [`--port=${options.port}`, "--ServerApp.port_retries=0"]),
        ...(Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : []),
        ...operands,
      ],
      cwd: projectFolder,
      env: variables,
    }).spawn();
    // Ctrl-C reaches JupyterLab by itself, which then ends its kernels; until then this process stays.
    Deno.addSignalListener("SIGINT", () => {});
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
    return (await child.status).code;
  },
};

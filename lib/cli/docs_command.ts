/** `./gorp docs`. @module */
import type { Command } from "./command.ts";
import { projectFolder, runDeno } from "./project.ts";
import { writeSite } from "./site/write_site.ts";
import { UsageError } from "./usage_error.ts";

/** Makes the documentation as HTML. */
export const docsCommand: Command = {
  name: "docs",
  summary: "makes the documentation as HTML: library, notebooks, documents",
  operands: "[DIR]",
  description:
    "Writes a folder (default: site) that a browser reads without a server or a network: every function, class\n" +
    "and type of the library, the notebooks with their stored outputs, and the documents. Open site/index.html.",
  options: [],
  examples: [{ line: "./gorp docs", remark: "into site/" }],
  async run({ operands }) {
    if (operands.length > 1) {
      throw new UsageError(`./gorp docs takes one folder, but got ${operands.length}.`);
    }
    const [out = "site"] = operands;
    const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    for (const folder of ["docs", "bench", "data"]) documents.push(...files(folder, ".md"));
    const notebooks = files("notebooks", ".ipynb");
    const pages = await writeSite({ project: projectFolder, out, documents, notebooks });
    const library = await Deno.makeTempDir({ dir: out, prefix: "library-" });
    const { code, output } = await runDeno([
      ...["doc", "--html", "--quiet", "--name=gorp", `--output=${await Deno.realPath(library)}`, "mod.ts"],
    ]);
    if (code !== 0) throw new Error(`The pages of the library could not be made: ${output.trim()}`);
    await Deno.remove(`${out}/library`, { recursive: true }).catch(() => {});
    await Deno.rename(library, `${out}/library`);
    console.log(`See ${out}/index.html: ${pages} pages, and those of the library.`);
  },
};

function files(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(projectFolder + folder)]
    .filter(({ name, isFile }) => isFile && name.endsWith(ending)).map(({ name }) => `${folder}/${name}`)
    .sort();
}

/** Everything public is documented: each export of the package, and each of its methods. */
import { assertEquals } from "@std/assert";
import { projectFolder } from "./source_graph.ts";

/** What `deno doc --json` says of a declaration or a method, as far as it is used here. */
interface Documented {
  readonly name?: string;
  readonly kind?: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: unknown };
  readonly location: { readonly filename: string; readonly line: number };
  readonly def?: {
    readonly elements?: readonly Symbol[];
    readonly methods?: readonly Documented[];
  };
}

interface Symbol {
  readonly name: string;
  readonly declarations: readonly Documented[];
}

/** Methods whose meaning the language fixes. */
const SELF_EVIDENT = /^(\[Symbol\..*\]|toJSON|toString)$/;

async function denoDoc(options: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", ...options, "mod.ts"],
    cwd: projectFolder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) || decoder.decode(stderr);
}

function undocumented({ name, declarations }: Symbol): string[] {
  return declarations.flatMap((declaration) => {
    if (declaration.kind === "reference") return [];
    const elements = declaration.def?.elements;
    if (elements) return elements.flatMap(undocumented);
    const methods = (declaration.def?.methods ?? []).filter((method) => !SELF_EVIDENT.test(method.name!));
    return [
      ...(isDocumented(declaration) ? [] : [`${name} (${place(declaration)})`]),
      ...methods.filter((method) => !isDocumented(method))
        .map((method) => `${name}.${method.name} (${place(method)})`),
    ];
  });
}

function isDocumented({ jsDoc }: Documented): boolean {
  return jsDoc !== undefined && (jsDoc.doc !== undefined || jsDoc.tags !== undefined);
}

function place({ location }: Documented): string {
  return `${location.filename.replace(/.*\/(?=lib\/)/, "")}:${location.line}`;
}

Deno.test("documentation: every export and every method has a doc comment", async () => {
  const { nodes } = JSON.parse(await denoDoc(["--json"])) as {
    nodes: Record<string, { symbols: readonly Symbol[] }>;
  };
  const symbols = Object.values(nodes).flatMap((file) => file.symbols);
  assertEquals([...new Set(symbols.flatMap(undocumented))].sort(), []);
});

// Fields are left out above: most say all there is to say by their name and type.
Deno.test("documentation: the types of exports are written out", async () => {
  const findings = (await denoDoc(["--lint"])).matchAll(/^error\[missing-(?!jsdoc)[^\n]*\n[^\n]*/gm);
  assertEquals([...findings].map(([finding]) => finding.replace(/\s+/g, " ")), []);
});

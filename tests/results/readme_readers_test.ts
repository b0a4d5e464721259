import { assert, assertEquals } from "@std/assert";

const python = Deno.env.get("GORP_PYTHON");
if (python === undefined) {
  console.log(
    "skipped: the README's lines for pandas, polars and DuckDB, as GORP_PYTHON names no interpreter",
  );
}

const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
const blocks = [...readme.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code);

Deno.test({
  name: "the README's lines for pandas, polars and DuckDB find the means of stored runs",
  ignore: python === undefined,
  fn: () => {
    assertEquals(blocks.map((code) => code.trim().split("\n").length), [3, 3, 3]);
    const folder = Deno.makeTempDirSync();
    try {
      const run = `${folder}/runs/0a1b2c3d4e5f`;
      Deno.mkdirSync(run, { recursive: true });
      const stored = new URL("version-1/0a1b2c3d4e5f/accuracy.arrow", import.meta.url);
      Deno.copyFileSync(stored, `${run}/accuracy.arrow`);
      for (const code of blocks) {
        const { success, stdout, stderr } = new Deno.Command(python!, { args: ["-c", code], cwd: folder })
          .outputSync();
        assert(success, new TextDecoder().decode(stderr));
        const printed = new TextDecoder().decode(stdout);
        for (const mean of ["0.125", "0.75", "1.0"]) assert(printed.includes(mean), printed);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

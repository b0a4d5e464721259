import { assertEquals } from "@std/assert";
import { consoleSink } from "../../lib/notebook/console_sink.ts";
import { currentSink, useSink } from "../../lib/notebook/sink.ts";

Deno.test("outside a kernel output goes to the console, until something else takes it", () => {
  const before = currentSink();
  assertEquals(before.kind, "console");
  const other = consoleSink();
  {
    using _ = useSink(other);
    assertEquals(currentSink(), other);
  }
  assertEquals(currentSink(), before);
});

Deno.test("only the sink touches Deno.jupyter", () => {
  const folder = new URL("../../lib/", import.meta.url);
  const touching: string[] = [];
  const visit = (place: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(place)) {
      if (isDirectory) visit(new URL(`${name}/`, place));
      else if (name.endsWith(".ts")) {
        const code = Deno.readTextFileSync(new URL(name, place)).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
        if (/Deno\s*\.\s*jupyter/.test(code)) touching.push(name);
      }
    }
  };
  visit(folder);
  assertEquals(touching, ["sink.ts"]);
});

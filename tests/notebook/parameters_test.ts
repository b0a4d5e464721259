import { assertEquals, assertThrows } from "@std/assert";
import type { Notebook } from "../../lib/notebook/notebook_file.ts";
import { type ParameterValue, setParameters } from "../../lib/notebook/parameters.ts";

const source =
  'const seeds = 3; // how many\nconst variants = ["B", "B+L"],\n  name: string = "small";\nlet quick = true;';

function set(values: Record<string, ParameterValue>, tags = ["parameters"]) {
  const code = { cell_type: "code" as const, source, metadata: { tags }, outputs: [], execution_count: null };
  const file: Notebook = { cells: [code], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  return setParameters(file, values).cells[0].source;
}

Deno.test("setParameters rewrites constants where they stand", () => {
  assertEquals(
    set({ quick: false, seeds: 12 }),
    source.replace("seeds = 3", "seeds = 12").replace("quick = true", "quick = false"),
  );
});

Deno.test("setParameters keeps text text, and quotes it", () => {
  assertEquals(set({ name: 7 }), source.replace('"small"', '"7"'));
  assertEquals(set({ name: 'a"b' }), source.replace('"small"', '"a\\"b"'));
});

Deno.test("setParameters names what is missing", () => {
  assertThrows(
    () => set({ seed: 1 }),
    RangeError,
    'no parameter "seed"; it has seeds, variants, name, quick',
  );
  assertThrows(() => set({ seeds: 1 }, []), RangeError, 'the tag "parameters"');
  assertEquals(set({}, []), source);
});

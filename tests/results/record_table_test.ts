import { assertEquals, assertThrows } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { readRecords, writeRecords } from "../../lib/results/record_table.ts";

const rows = [
  { layer: "größe", share: 0.25, steps: 3 },
  { layer: "v", share: NaN, steps: 4 },
  { layer: "größe", share: null, steps: -1e300 },
];

Deno.test("records come back as they were written, nulls and NaN apart", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/made/rows.arrow`;
    const stored = writeRecords(path, rows);
    assertEquals([stored.path, stored.rows, stored.columns], [path, 3, ["layer", "share", "steps"]]);
    assertEquals(readRecords(path), rows);
    // The library's own reader of whole files is another way than ours, batch by batch.
    const table = tableFromIPC(Deno.readFileSync(path));
    assertEquals(table.schema.names, ["layer", "share", "steps"]);
    assertEquals([...table.getChild("share")!], [0.25, NaN, null]);
    assertEquals([...Deno.readDirSync(`${folder}/made`)].length, 1);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

const python = Deno.env.get("GORP_PYTHON");
if (python === undefined) console.log("skipped: reading records in pandas, as GORP_PYTHON names no Python");

Deno.test("pandas reads records", { ignore: python === undefined }, () => {
  const folder = Deno.makeTempDirSync();
  try {
    writeRecords(`${folder}/rows.arrow`, rows);
    const program = "import pyarrow.feather as f, sys; t = f.read_table(sys.argv[1]).to_pandas(); " +
      "print(list(t.layer), float(t.share[0]), list(t.steps))";
    const { stdout, stderr } = new Deno.Command(python!, { args: ["-c", program, `${folder}/rows.arrow`] })
      .outputSync();
    const said = new TextDecoder().decode(stdout).trim();
    assertEquals(said, "['größe', 'v', 'größe'] 0.25 [3.0, 4.0, -1e+300]", new TextDecoder().decode(stderr));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("records that differ in their columns, and none, are refused", () => {
  const write = (records: Record<string, string | number>[]) => () =>
    writeRecords("nowhere/x.arrow", records);
  assertThrows(write([]), RangeError, "there are no records");
  assertThrows(
    write([{ a: 1 }, { a: "b" }]),
    RangeError,
    'record 2 does not have the columns of the first, whose "a"',
  );
  assertThrows(write([{ a: 1 }, { a: 1, b: 2 }]), RangeError, "record 2 does not have the columns");
  assertThrows(() => readRecords("nowhere/x.arrow"), Error, "Cannot read the records in nowhere/x.arrow");
});

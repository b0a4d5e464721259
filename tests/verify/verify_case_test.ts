/** What verification says of cases that fail, are damaged, or are not there. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { encodeSafetensors } from "../../lib/models/safetensors.ts";
import { Comparison } from "../../lib/verify/comparison.ts";
import { findCases } from "../../lib/verify/find_cases.ts";
import { verifyCase } from "../../lib/verify/verify_case.ts";
import { SHIPPED } from "../golden_case.ts";

const noDevice = () => Promise.reject(new Error("no device is needed"));
const tolerance = { abs: 0.5, rel: 0.1, per: { s: { abs: 0, rel: 0 } } };

function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  return Promise.resolve(use(folder)).finally(() => Deno.removeSync(folder, { recursive: true }));
}

function writeCase(folder: string, record: unknown): string {
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(
    `${folder}/case.json`,
    typeof record === "string" ? record : JSON.stringify(record),
  );
  return folder;
}

Deno.test("a tensor passes up to abs + rel · max, by the pair of its name", () => {
  const comparison = new Comparison(tolerance);
  comparison.numbers("w.1.s", [10, 1.5], [8.6, 1]); // 1.4 of 0.5 + 0.86: too far
  comparison.numbers("w.2", [9.4, 1], [8.6, 1]);
  comparison.numbers("s", [2], [2]);
  comparison.numbers("s.u", [2.001], [2]);
  assertEquals(
    comparison.problem,
    "w.1.s deviates by 1.4, 1.36 is allowed; s.u deviates by 0.001, 0 is allowed.",
  );
  assertEquals(comparison.closest, { name: "s.u", share: Infinity, tolerance: { abs: 0, rel: 0 } });
  assert(Math.abs(comparison.maxAbs - 1.4) < 1e-12 && Math.abs(comparison.maxRel - 1.4 / 8.6) < 1e-12);
});

Deno.test("numbers that are none agree only with their like", () => {
  const equal = new Comparison(tolerance);
  equal.numbers("x", [NaN, Infinity, 1], [NaN, Infinity, 1]);
  assertEquals([equal.problem, equal.maxAbs], [null, 0]);
  for (const [got, want] of [[NaN, 1], [1, NaN], [Infinity, 1], [-Infinity, Infinity]]) {
    const other = new Comparison({ abs: 1e9, rel: 1e9 });
    other.numbers("x", [got, 2], [want, 2]);
    other.numbers("y", [1], [1]);
    assert(other.problem?.startsWith("x deviates by"), `${got} for ${want}: ${other.problem}`);
  }
  assertEquals(new Comparison(tolerance).problem, "Nothing was compared.");
  const short = new Comparison(tolerance);
  short.numbers("x", [1], [1, 2]);
  short.equal("ids", [1, 2], [1, 3]);
  assertEquals(short.problem, "x has 1 values, 2 are expected; ids is [1,2], not [1,3].");
});

Deno.test("a case with a changed number fails, and says which", () =>
  inFolder(async (folder) => {
    const record = JSON.parse(Deno.readTextFileSync(`${SHIPPED}/metrics/hole/case.json`));
    record.config.expected.AP += 0.25;
    const { result } = await verifyCase(writeCase(folder, record), noDevice);
    assertEquals([result.status, result.kind, result.name], ["fail", "metrics", "hole"]);
    assert(Math.abs(result.maxAbs! - 0.25) < 1e-9 && result.maxRel! < 0.01);
    assertEquals(result.tolerance, record.tolerance);
    assert(/^AP deviates by 0.25, .* is allowed\.$/.test(result.message!), result.message);
    assertEquals(
      Object.keys(result),
      ["kind", "name", "status", "maxAbs", "maxRel", "tolerance", "seconds", "message"],
    );
  }));

Deno.test("cases that cannot be read are errors in one sentence", () =>
  inFolder(async (root) => {
    const good = { kind: "adam", name: "a", config: { steps: 1 }, tolerance };
    const cases: [unknown, string][] = [
      ["{", "is not JSON"],
      ["[]", "JSON object"],
      [{ ...good, kind: 7 }, '"kind"'],
      [{ ...good, config: undefined }, '"config"'],
      [{ ...good, tolerance: { abs: 1 } }, '"tolerance"'],
      [{ ...good, tolerance: { ...tolerance, per: { s: 1 } } }, '"tolerance"'],
      [{ ...good, kind: "toString" }, 'no checker for the kind "toString"'],
      [good, 'has no tensor "w0"'],
    ];
    using gpu = await openGpu();
    for (const [i, [record, part]] of cases.entries()) {
      const { result } = await verifyCase(writeCase(`${root}/kind/${i}`, record), () => Promise.resolve(gpu));
      assertEquals(result.status, "error", JSON.stringify(record));
      assert(result.message!.includes(part) && !result.message!.includes("\n"), result.message);
    }
    const { result } = await verifyCase(`${root}/kind/0`, noDevice);
    assertEquals([result.kind, result.name, result.maxAbs, result.tolerance], ["kind", "0", null, null]);
    const damaged = writeCase(`${root}/damaged/1`, good);
    Deno.writeFileSync(`${damaged}/tensors.safetensors`, new Uint8Array(5));
    const torn = await verifyCase(damaged, noDevice);
    assert(torn.result.message!.includes("tensors.safetensors is not a valid safetensors file"));
  }));

Deno.test("results that are no numbers are null, and fail", () =>
  inFolder(async (folder) => {
    using gpu = await openGpu();
    const config = { lr: 0.1, steps: 1, beta1: 0.9, beta2: 0.999, eps: 1e-6, epsPlacement: "outside" };
    writeCase(folder, { kind: "adam", name: "nan", config, tolerance });
    const one = { shape: [1], data: new Float32Array([1]) };
    const tensors = new Map(["w0", "w.1", "m", "v"].map((name) => [name, one]));
    const file = encodeSafetensors(tensors.set("g.1", { ...one, data: new Float32Array([NaN]) }));
    Deno.writeFileSync(`${folder}/tensors.safetensors`, file);
    const { result } = await verifyCase(folder, () => Promise.resolve(gpu));
    assertEquals([result.status, result.maxAbs], ["fail", null]);
    assertEquals(JSON.parse(JSON.stringify(result)), result);
  }));

Deno.test("cases are found from their root, their kind, or themselves; a hollow one is not passed over", () =>
  inFolder((root) => {
    const [a, b, c] = ["adam/a", "adam/b", "svd/c"].map((name) => writeCase(`${root}/${name}`, {}));
    Deno.writeTextFileSync(`${root}/README.md`, "");
    Deno.mkdirSync(`${a}/model`);
    assertEquals(findCases(`${root}/`), [a, b, c]);
    assertEquals(findCases(`${root}/adam`), [a, b]);
    assertEquals(findCases(`${c}//`), [c]);
    Deno.mkdirSync(`${root}/svd/hollow`);
    assertEquals(findCases(`${root}/svd`), [c, `${root}/svd/hollow`]);
    for (const wrong of [`${root}/none`, `${root}/README.md`, `${a}/model`, `${root}/svd/hollow`]) {
      const { message } = assertThrows(() => findCases(wrong), Deno.errors.NotFound, wrong);
      assert(message.endsWith(".") && !message.includes("\n"), message);
    }
  }));

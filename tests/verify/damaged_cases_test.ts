/** Golden cases whose files were damaged: each passes, fails, or is an error in one sentence. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { verifyCase } from "../../lib/verify/verify_case.ts";
import { SHIPPED } from "../golden_case.ts";

const FILES = ["case.json", "tensors.safetensors"];
const CASES = [
  "adam/inside-7",
  "shared-space/rows-reach",
  "svd/clustered",
  "optimizer/decay",
  "metrics/hole",
];

const change = fc.record({
  /** Where, as a share of the file: damage to headers and switches is more likely than by chance. */
  at: fc.oneof(fc.double({ min: 0, max: 0.02, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  removed: fc.nat(2),
  inserted: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 2 }),
});
const damage = fc.record({
  file: fc.nat(1),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  length: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

for (const name of CASES) {
  Deno.test(`a damaged case has a result, whatever the damage: ${name}`, async () => {
    using gpu = await openGpu();
    const folder = Deno.makeTempDirSync();
    const good = FILES.flatMap((file) => {
      try {
        return [[file, Deno.readFileSync(`${SHIPPED}/${name}/${file}`)] as const];
      } catch {
        return []; // not every kind has tensors
      }
    });
    try {
      await fc.assert(
        fc.asyncProperty(damage, async ({ file: which, changes, length }) => {
          for (const [file, bytes] of good) Deno.writeFileSync(`${folder}/${file}`, bytes);
          const [file, bytes] = good[which % good.length];
          let damaged = [...bytes];
          for (const { at, removed, inserted } of changes) {
            damaged = damaged.toSpliced(Math.floor(at * damaged.length), removed, ...inserted);
          }
          damaged.length = Math.floor(length * damaged.length);
          Deno.writeFileSync(`${folder}/${file}`, Uint8Array.from(damaged));
          const { result } = await verifyCase(folder, () => Promise.resolve(gpu));
          assert(["pass", "fail", "error"].includes(result.status));
          assertEquals(result.message === undefined, result.status === "pass");
          assert(!result.message?.includes("\n") && (result.message?.endsWith(".") ?? true), result.message);
          assertEquals(JSON.parse(JSON.stringify(result)), result);
        }),
        { numRuns: 60 },
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
    assertEquals(gpu.liveBuffers, 0, "nothing is left on the device, also where a case broke off");
  });
}

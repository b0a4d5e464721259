/** The library against PyTorch, transformers, PEFT, tokenizers and LAPACK, by way of golden cases. */
import { assertEquals } from "@std/assert";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { findCases } from "../../lib/verify/find_cases.ts";
import { verifyCase } from "../../lib/verify/verify_case.ts";
import { SHIPPED } from "../golden_case.ts";

const SHARED = Deno.env.get("GORP_SHARED");
if (!SHARED) console.log("GORP_SHARED is not set: the shared golden cases are skipped.");

for (const root of [SHIPPED, ...SHARED ? [`${SHARED}/oracle`] : []]) {
  const kinds = Map.groupBy(findCases(root), (folder) => folder.split("/").at(-2)!);
  for (const [kind, folders] of kinds) {
    Deno.test(`the ${root === SHIPPED ? "shipped" : "shared"} golden cases of ${kind} agree`, async () => {
      let gpu: Promise<Gpu> | undefined;
      for (const folder of folders) {
        const { result } = await verifyCase(folder, () => gpu ??= openGpu());
        assertEquals([result.status, result.message], ["pass", undefined], `${kind}/${result.name}`);
      }
      const opened = await gpu;
      assertEquals(opened?.liveBuffers ?? 0, 0, "nothing is left on the device");
      opened?.[Symbol.dispose]();
    });
  }
}

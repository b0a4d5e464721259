import { assert, assertEquals } from "@std/assert";
import { coreShare, keepToCores } from "../../lib/continual/replicas/core_share.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";

/** The cores that the system lets a thread use, by its own account; by default this one. */
function allowed(thread?: number): number[] {
  const place = thread === undefined ? "thread-self" : `self/task/${thread}`;
  const status = Deno.readTextFileSync(`/proc/${place}/status`);
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)![1];
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

Deno.test({
  name: "replicas share the cores, and threads keep to theirs until they are let go",
  ignore: Deno.build.os !== "linux", // elsewhere nobody is restricted
  async fn() {
    using gpu = await openGpu();
    assert(!gpu.software || gpu.threadIds.length > 0, "the software adapter has threads");
    const all = allowed();
    assertEquals(coreShare(0, 1), all);
    assertEquals(coreShare(0, all.length + 1), [], "fewer cores than replicas");
    if (all.length > 1) {
      const shares = [coreShare(0, 2), coreShare(1, 2)];
      assertEquals(shares.flat().sort((a, b) => a - b), all);
      keepToCores(shares[1]);
      assertEquals(allowed(), shares[1]);
      assertEquals([coreShare(0, 2), coreShare(1, 2)], shares, "of all cores still");
      keepToCores(shares[0], gpu.threadIds);
      for (const id of gpu.threadIds) assertEquals(allowed(id), shares[0], `thread ${id} of the driver`);
      keepToCores(all, gpu.threadIds);
    }
    keepToCores([]);
    keepToCores(coreShare(0, 1));
    assertEquals(allowed(), all);
  },
});

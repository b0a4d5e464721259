import { assertEquals } from "@std/assert";
import { coreShare, keepToCores } from "../../lib/continual/replicas/core_share.ts";

/** The cores that the system lets this thread use, by its own account. */
function allowed(): number[] {
  const status = Deno.readTextFileSync("/proc/thread-self/status");
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)![1];
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

Deno.test({
  name: "replicas share the cores, and threads keep to theirs until they are let go",
  ignore: Deno.build.os !== "linux", // elsewhere nobody is restricted
  fn() {
    const all = allowed();
    assertEquals(coreShare(0, 1), all);
    assertEquals(coreShare(0, all.length + 1), [], "fewer cores than replicas");
    if (all.length > 1) {
      const shares = [coreShare(0, 2), coreShare(1, 2)];
      assertEquals(shares.flat().sort((a, b) => a - b), all);
      keepToCores(shares[1]);
      assertEquals(allowed(), shares[1]);
      assertEquals([coreShare(0, 2), coreShare(1, 2)], shares, "of all cores still");
    }
    keepToCores([]);
    keepToCores(coreShare(0, 1));
    assertEquals(allowed(), all);
  },
});

import { assert, assertEquals } from "@std/assert";

const module = new URL("../../lib/notebook/interrupt.ts", import.meta.url).href;

async function run(script: string): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", `import { breathe, interruptSignal } from "${module}"; ${script}`],
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return { code, output: new TextDecoder().decode(stdout) };
}

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "a loop that breathes sees the interruption, and so do later runs at once",
  ignore,
  fn: async () => {
    const { code, output } = await run(`
      const signal = interruptSignal();
      new Deno.Command("sh", { args: ["-c", "kill -INT " + Deno.pid] }).spawn();
      const started = performance.now();
      while (!signal.aborted && performance.now() - started < 5000) await breathe();
      console.log(signal.aborted, signal.reason.name, interruptSignal().aborted);
    `);
    assertEquals([code, output], [0, "true AbortError true\n"]);
  },
});

Deno.test({
  name: "a second interruption ends a program",
  ignore,
  fn: async () => {
    const { code } = await run(`
      interruptSignal();
      const kill = () => new Deno.Command("sh", { args: ["-c", "kill -INT " + Deno.pid] }).output();
      await kill();
      await kill();
      await new Promise((resolve) => setTimeout(resolve, 5000));
    `);
    assertEquals(code, 130);
  },
});

Deno.test("a breath costs next to nothing between two chances", async () => {
  const { output } = await run(`
    await breathe();
    const started = performance.now();
    for (let i = 0; i < 10000; i++) await breathe();
    console.log(performance.now() - started);
  `);
  assert(Number(output) < 500, output);
});

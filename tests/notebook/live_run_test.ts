import { assertEquals } from "@std/assert";
import { projectFolder } from "../../lib/cli/project.ts";

Deno.test({
  name: "a live run that is stopped gives what there is, and goes on when it is called again",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const out = Deno.makeTempDirSync();
    const script = `
      import { embeddedExperiment, gorp, liveRun, openGpu } from "./mod.ts";
      import { renewInterrupt } from "./lib/notebook/interrupt.ts";
      const training = { steps: 6, batchSize: 4, testRows: 10 };
      const experiment = embeddedExperiment(await openGpu(), { quick: true, training });
      for (const fresh of [false, true]) {
        setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 0);
        const options = { out: ${JSON.stringify(out)}, fresh };
        const stopped = await liveRun(experiment, gorp(), options);
        renewInterrupt();
        const { record } = await liveRun(experiment, gorp(), options);
        console.log(stopped.record.status, record.status);
      }
    `;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--config", `${projectFolder}deno.json`, script],
      cwd: projectFolder,
    }).output();
    const text = new TextDecoder().decode(stdout);
    Deno.removeSync(out, { recursive: true });
    assertEquals(text, "interrupted finished\n".repeat(2), new TextDecoder().decode(stderr));
  },
});

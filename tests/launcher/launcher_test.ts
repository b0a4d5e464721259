import { assert, assertEquals } from "@std/assert";
import { projectFolder } from "../source_graph.ts";
import { FakeMachine } from "./fake_machine.ts";

const lines = (text: string) => text.trim().split("\n").filter(Boolean);

function test(name: string, body: (machine: FakeMachine) => Promise<void>): void {
  // Windows has no POSIX sh; there, `deno task` takes the launcher's place.
  Deno.test({
    name: `launcher: ${name}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using machine = new FakeMachine();
      await body(machine);
    },
  });
}

test("with Deno on PATH it fetches the packages once and is silent afterwards", async (machine) => {
  machine.denoOnPath("2.9.6");
  const first = await machine.launch(["run", "a b", "--set", "x=1"]);
  assertEquals(first.code, 7);
  assert(first.stdout.endsWith(`[${machine.project}/lib/cli/main.ts][run][a b][--set][x=1]\n`), first.stdout);
  assertEquals(lines(first.stderr), ["gorp: fetching the TypeScript packages into .cache"]);
  assertEquals(machine.calls(), ["deno install", "deno cache"]);

  machine.offline = true;
  const second = await machine.launch(["run"]);
  assertEquals([second.code, second.stderr, machine.calls()], [7, "", []]);
  assertEquals(machine.names(".cache"), ["ready", "runtime", "setup.log", "shaders"]);
  assertEquals([...Deno.readDirSync(machine.home)], []);
});

test("everything that programs may write is sent into the project", async (machine) => {
  machine.denoOnPath("2.9.6");
  await machine.launch(["run"]);
  const environment = Deno.readTextFileSync(`${machine.folder}/environment`);
  for (
    const name of ["DENO_DIR", "XDG_RUNTIME_DIR", "MESA_SHADER_CACHE_DIR", "__GL_SHADER_DISK_CACHE_PATH"]
  ) {
    assert(environment.includes(`${name}=${machine.project}/.cache/`), name);
  }
});

test("it works through a symbolic link and keeps the folder it is called in", async (machine) => {
  machine.denoOnPath("3.0.0");
  Deno.symlinkSync("the project/gorp", `${machine.folder}/link`);
  const { stdout } = await machine.launch(["run"], { program: `${machine.folder}/link` });
  assert(stdout.includes(`${machine.project}/lib/cli/main.ts`), stdout);
});

test("an old Deno is passed over, and npm's taken", async (machine) => {
  machine.denoOnPath("2.8.3");
  machine.npm("2.9.7");
  const { code, stderr } = await machine.launch(["run"]);
  assertEquals(code, 7);
  assert(lines(stderr)[0].includes("version 2.8.3: Deno 2.9 or later is needed"), stderr);
  assert(lines(stderr)[1].includes("with npm"), stderr);
  assertEquals(machine.calls(), ["npm", "deno install", "deno cache"]);
  assertEquals((await machine.launch(["run"])).stderr, "");
  assertEquals(machine.calls(), []);
});

test("without npm pip is taken", async (machine) => {
  machine.python("2.9.6", "pip");
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.calls(), ["pip", "deno install", "deno cache"]);
});

test("a Python without pip, but with venv, will do", async (machine) => {
  machine.python("2.9.6", "venv");
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.calls(), ["venv", "pip", "deno install", "deno cache"]);
});

test("with curl alone Deno's own installer is taken", async (machine) => {
  machine.curl("2.9.6");
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.calls(), ["curl", "deno install", "deno cache"]);
});

test("when one way fails the next is tried", async (machine) => {
  machine.program("npm", "echo no network >&2; exit 1");
  machine.python("2.9.6", "pip");
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.calls(), ["pip", "deno install", "deno cache"]);
  assert(Deno.readTextFileSync(`${machine.project}/.cache/setup.log`).includes("no network"));
});

test("a Deno that does not run here is not put in place", async (machine) => {
  machine.npm("none of this");
  const { code, stderr } = await machine.launch(["run"]);
  assertEquals(code, 2);
  assert(stderr.includes("could not be fetched with npm"), stderr);
  assertEquals(machine.names(".cache"), ["setup.log"]);
});

test("with nothing to fetch Deno with it says what to install", async (machine) => {
  const { code, stderr } = await machine.launch(["run"]);
  assertEquals(code, 2);
  assertEquals(lines(stderr).length, 1);
  assert(
    stderr.includes("neither npm nor pip (nor curl with unzip) is here to fetch it: install one"),
    stderr,
  );
  assertEquals(machine.names(".cache"), []);
});

test("without the network the first run says so, and the next one resumes", async (machine) => {
  machine.npm("2.9.6");
  machine.offline = true;
  const { code, stderr } = await machine.launch(["run"]);
  assertEquals(code, 2);
  assert(stderr.includes("the first run needs the network"), stderr);
  machine.calls();
  machine.offline = false;
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.calls(), ["deno install", "deno cache"]);
});

test("changed packages are fetched again; without the network it warns and goes on", async (machine) => {
  machine.denoOnPath("2.9.6");
  await machine.launch(["run"]);
  Deno.writeTextFileSync(`${machine.project}/deno.json`, `{ "imports": {} }`);
  machine.offline = true;
  const { code, stderr } = await machine.launch(["run"]);
  assertEquals(code, 7);
  assert(stderr.includes("going on without"), stderr);
});

test("a mistake in a source file does not keep the rest from running", async (machine) => {
  machine.denoOnPath("2.9.6");
  Deno.writeTextFileSync(`${machine.folder}/mistake`, "");
  const first = await machine.launch(["run"]);
  assertEquals(first.code, 7);
  assert(first.stderr.includes("not every source file could be prepared"), first.stderr);
  assertEquals((await machine.launch(["run"])).stderr, "");
});

test("help needs Deno only", async (machine) => {
  machine.denoOnPath("2.9.6");
  for (const words of [[], ["--help"], ["ablate", "--help"], ["help", "ablate"]]) {
    const { code, stderr } = await machine.launch(words, { env: { VK_DRIVER_FILES: "/nowhere.json" } });
    assertEquals([code, stderr, machine.calls()], [7, "", []]);
  }
});

test("two launches at once set up once", async (machine) => {
  machine.npm("2.9.6", 1);
  const both = await Promise.all([machine.launch(["run"]), machine.launch(["run"])]);
  assertEquals(both.map(({ code }) => code), [7, 7]);
  assertEquals(machine.calls(), ["npm", "deno install", "deno cache"]);
  assert(both.some(({ stderr }) => stderr.includes("waiting for process")));
});

test("an interrupted set-up leaves nothing behind", async (machine) => {
  machine.npm("2.9.6", 2);
  const child = machine.start(["run"]);
  while (machine.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGTERM");
  assertEquals((await child.output()).code, 143);
  assertEquals(machine.names(".cache"), ["setup.log"]);
  machine.npm("2.9.6");
  assertEquals((await machine.launch(["run"])).code, 7);
});

test("what a killed set-up left is cleared away", async (machine) => {
  machine.npm("2.9.6");
  const gone = new Deno.Command("true").spawn();
  await gone.status;
  Deno.mkdirSync(`${machine.project}/.cache/new.${gone.pid}`, { recursive: true });
  Deno.symlinkSync(String(gone.pid), `${machine.project}/.cache/setup.lock`);
  assertEquals((await machine.launch(["run"])).code, 7);
  assertEquals(machine.names(".cache"), ["bin", "ready", "runtime", "setup.log", "shaders"]);
});

test("without a Vulkan driver root gets one from apt, whoever else the command", async (machine) => {
  machine.denoOnPath("2.9.6");
  machine.program("apt-get", `echo "apt-get $*" >>"MACHINE/calls"; : >"MACHINE/other_lvp.json"`);
  const env = { VK_DRIVER_FILES: `${machine.folder}/other_lvp.json` };
  const install = "apt-get install -y --no-install-recommends mesa-vulkan-drivers libvulkan1";

  machine.program("id", "echo 1000");
  const user = await machine.launch(["run"], { env });
  assertEquals([user.code, machine.calls()], [7, ["deno install", "deno cache"]]);
  assert(user.stderr.includes(`as root: ${install}`), user.stderr);

  machine.program("id", "echo 0");
  const root = await machine.launch(["run"], { env });
  assertEquals([root.code, machine.calls()], [7, [install]]);
  assert(root.stderr.includes("installing the software Vulkan driver with apt"), root.stderr);
  assertEquals((await machine.launch(["run"], { env })).stderr, "");
});

test("a driver of another word size does not count", async (machine) => {
  machine.denoOnPath("2.9.6");
  machine.program("id", "echo 1000");
  Deno.writeTextFileSync(`${machine.folder}/some_icd.i686.json`, "{}");
  const { stderr } = await machine.launch(["run"], {
    env: { VK_DRIVER_FILES: `${machine.folder}/some_icd.i686.json` },
  });
  assert(stderr.includes("no Vulkan driver here"), stderr);
});

Deno.test({
  name: "launcher: shellcheck has nothing to say",
  ignore: !await isInstalled("shellcheck"), // runs where it is installed
  fn: async () => {
    const { code, stdout } = await new Deno.Command("shellcheck", {
      args: ["-x", "gorp", "lib/cli/launcher/deno.sh", "lib/cli/launcher/vulkan.sh", ".ci/run"],
      cwd: projectFolder,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
  },
});

async function isInstalled(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

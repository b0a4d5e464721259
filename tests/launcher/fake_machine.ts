/** A small machine made of shell scripts, to try the launcher on. @module */
import { projectFolder } from "../source_graph.ts";

/** Programs of every POSIX system that the launcher and its fakes call. */
const SYSTEM = [
  ...[
    "sh",
    "cat",
    "cksum",
    "chmod",
    "cp",
    "env",
    "find",
    "id",
    "ln",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sleep",
  ],
  ...["uname", "dirname", "basename"],
];

/**
 * What the fake programs do. Each notes its call in the file `calls`. The fake Deno is of version `$1` and, for
 * `run`, prints its arguments and ends with code 7; it fails to fetch where a file `offline` lies, and to prepare
 * the sources where a file `mistake` does.
 */
const FAKE_DENO = `#!/bin/sh
case $1 in
  --version) echo "deno VERSION (stable)"; exit 0 ;;
  run) shift; for word in "$@"; do printf '[%s]' "$word"; done; echo; env >"MACHINE/environment"; exit 7 ;;
  cache) echo "deno cache" >>"MACHINE/calls"; [ ! -e "MACHINE/mistake" ] ;;
  *) echo "deno $1" >>"MACHINE/calls"; [ ! -e "MACHINE/offline" ] ;;
esac
`;

/** How a launch ended. */
export interface Launch {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project folder with the real launcher, and a PATH that holds the system's programs and chosen fakes. */
export class FakeMachine implements Disposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "gorp launcher " });
  readonly project: string = `${this.folder}/the project`;
  readonly home: string = `${this.folder}/home`;

  constructor() {
    for (const place of ["bin", "home", "the project/lib/cli"]) {
      Deno.mkdirSync(`${this.folder}/${place}`, { recursive: true });
    }
    for (const name of SYSTEM) {
      const real = ["/usr/bin", "/bin"].map((place) => `${place}/${name}`).find((path) => exists(path));
      if (real) Deno.symlinkSync(real, `${this.folder}/bin/${name}`);
    }
    Deno.mkdirSync(`${this.project}/lib/cli/launcher`);
    for (const path of ["gorp", "lib/cli/launcher/deno.sh", "lib/cli/launcher/vulkan.sh"]) {
      Deno.copyFileSync(projectFolder + path, `${this.project}/${path}`);
    }
    Deno.chmodSync(`${this.project}/gorp`, 0o755);
    Deno.writeTextFileSync(`${this.project}/deno.json`, "{}");
    Deno.writeTextFileSync(`${this.project}/lib/cli/main.ts`, "");
    // A driver that every machine here has, unless a test takes it away.
    Deno.writeTextFileSync(`${this.folder}/libvulkan.so.1`, "");
    Deno.writeTextFileSync(`${this.folder}/lvp_icd.json`, "{}");
    this.program("uname", "echo Linux");
  }

  /** Puts a script on PATH; `MACHINE` in it stands for the machine's folder. */
  program(name: string, script: string): void {
    const path = `${this.folder}/bin/${name}`;
    if (exists(path)) Deno.removeSync(path);
    Deno.writeTextFileSync(path, `#!/bin/sh\n${script.replaceAll("MACHINE", this.folder)}\n`, {
      mode: 0o755,
    });
  }

  /** Puts a Deno on PATH. */
  denoOnPath(version: string): void {
    this.program("deno", this.#denoScript(version));
  }

  /** Puts an npm on PATH that installs a Deno of this version after `seconds`. */
  npm(version: string, seconds = 0): void {
    this.#source(version);
    this.program(
      "npm",
      `echo npm >>"MACHINE/calls"; while [ "$1" != --prefix ]; do shift; done; sleep ${seconds}
       mkdir -p "$2/node_modules/@deno/any" && cp "MACHINE/deno ${version}" "$2/node_modules/@deno/any/deno"`,
    );
  }

  /** Puts a python3 on PATH, with pip or with what it takes to make an environment that has it. */
  python(version: string, kind: "pip" | "venv"): void {
    this.#source(version);
    const pip = `while [ "$1" != --target ]; do shift; done
       mkdir -p "$2/bin" && cp "MACHINE/deno ${version}" "$2/bin/deno"`;
    this.program(
      "python3",
      `case "$*" in
         "-m pip --version") ${kind === "pip" ? "exit 0" : "exit 1"} ;;
         "-c "*) exit 0 ;;
         "-m pip install "*) echo pip >>"MACHINE/calls"; ${pip} ;;
         "-m venv "*) echo venv >>"MACHINE/calls"; mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
       esac`,
    );
  }

  /** Puts a curl on PATH that fetches an installer, and the unzip that this needs. */
  curl(version: string): void {
    this.#source(version);
    const installer = `mkdir -p "$DENO_INSTALL/bin" && cp "MACHINE/deno ${version}" "$DENO_INSTALL/bin/deno"`;
    Deno.writeTextFileSync(`${this.folder}/installer`, installer.replaceAll("MACHINE", this.folder));
    this.program("unzip", "exit 0");
    this.program(
      "curl",
      `echo curl >>"MACHINE/calls"; while [ "$1" != -o ]; do shift; done; cp "MACHINE/installer" "$2"`,
    );
  }

  /** Takes the network away from the fake Deno, or gives it back. */
  set offline(offline: boolean) {
    if (offline) Deno.writeTextFileSync(`${this.folder}/offline`, "");
    else Deno.removeSync(`${this.folder}/offline`);
  }

  /** The calls of the fake programs since the last time this was asked. */
  calls(): string[] {
    const path = `${this.folder}/calls`;
    if (!exists(path)) return [];
    const calls = Deno.readTextFileSync(path).trim().split("\n");
    Deno.removeSync(path);
    return calls;
  }

  /** Starts the launcher without waiting for its end. */
  start(words: readonly string[], options: { env?: Record<string, string>; program?: string } = {}) {
    return new Deno.Command("/bin/sh", {
      args: [options.program ?? `${this.project}/gorp`, ...words],
      clearEnv: true,
      env: {
        PATH: `${this.folder}/bin`,
        HOME: this.home,
        LD_LIBRARY_PATH: this.folder,
        VK_DRIVER_FILES: `${this.folder}/lvp_icd.json`,
        ...options.env,
      },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs the launcher. */
  async launch(words: readonly string[], options: Parameters<FakeMachine["start"]>[1] = {}): Promise<Launch> {
    const { code, stdout, stderr } = await this.start(words, options).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** Names in a folder of the project, sorted. */
  names(folder: string): string[] {
    return [...Deno.readDirSync(`${this.project}/${folder}`)].map(({ name }) => name).sort();
  }

  /** Removes everything. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }

  #denoScript(version: string): string {
    return FAKE_DENO.replaceAll("MACHINE", this.folder).replace("VERSION", version);
  }

  #source(version: string): void {
    Deno.writeTextFileSync(`${this.folder}/deno ${version}`, this.#denoScript(version));
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

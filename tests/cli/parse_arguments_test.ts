import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../lib/cli/parse_arguments.ts";
import { OPTION_TABLE, type OptionName } from "../../lib/cli/options.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const ALL = Object.keys(OPTION_TABLE) as OptionName[];
const parse = (line: string, accepted: readonly OptionName[] = ALL) =>
  parseArguments(line.split(" ").filter(Boolean), accepted);
const fails = (line: string, part: string, accepted: readonly OptionName[] = ALL) =>
  assertThrows(() => parse(line, accepted), UsageError, part);

Deno.test("options: without any, defaults hold", () => {
  const { options, operands } = parse("");
  assertEquals(options.out, "runs");
  assertEquals(options.quick, false);
  assertEquals(options.seeds, undefined);
  assertEquals(options.set, {});
  assertEquals(operands, []);
});

Deno.test("options: every kind is read", () => {
  const line = "--out a/b --seeds=5 --quick --variants B,B+L+S --set rank=8 --set lr=1e-3 --set side=left " +
    "--set flag=true --set text=a=b --tasks x,y one two";
  const { options, operands } = parse(line);
  assertEquals(options.out, "a/b");
  assertEquals(options.seeds, 5);
  assertEquals(options.quick, true);
  assertEquals(options.variants, ["B", "B+L+S"]);
  assertEquals(options.set, { rank: 8, lr: 1e-3, side: "left", flag: true, text: "a=b" });
  assertEquals(options.tasks, ["x", "y"]);
  assertEquals(operands, ["one", "two"]);
});

Deno.test("options: what follows -- is not an option", () => {
  assertEquals(parse("--quick -- --out").operands, ["--out"]);
});

Deno.test("options: an unknown one is named with its nearest", () => {
  fails("--sees 3", "no option --sees here; did you mean --seeds?");
  fails("--seeds 3", "the command knows --json, --quick.", ["json", "quick"]);
  fails("-x", "no option -x");
  fails("--anything", "the command has no options.", []);
});

Deno.test("options: wrong values are refused", () => {
  for (const value of ["0", "-1", "1.5", "three", "1e3", ""]) fails(`--seeds=${value}`, "--seeds needs");
  fails("--seeds", "--seeds needs a value");
  fails("--quick=yes", "--quick takes no value");
  fails("--variants B,L", 'does not know "L"');
  fails("--profile alligned", 'did you mean "aligned"?');
  fails("--device cpu", "There are gpu, software.");
  fails("--set rank", 'needs name=value, but got "rank"');
  fails("--set =3", "needs name=value");
  fails("--tasks ,", "at least one name");
  fails("--json=", "--json needs a value");
});

/**
 * Ids and texts of thousands of drawn texts against Python's `tokenizers`, where GORP_PYTHON names an interpreter
 * that has it: on the tokenizers that come with the project, the shared ones, and, where GORP_SMOLLM2 names its
 * folder, SmolLM2's, which also reads rows of the text benchmark.
 */
import { assert, assertEquals } from "@std/assert";
import { loadTokenizer } from "../../lib/text/load_tokenizer.ts";
import { Random } from "../../lib/tensor/random.ts";
import { caseFolders, sharedCases, SHIPPED } from "../golden_case.ts";

/** Texts drawn for each tokenizer. */
const TEXTS = 1500;
/** Rows taken of each file of the benchmark. */
const ROWS = 100;

/** What has gone wrong before, in one library or another. */
const PIECES = [
  ...["\u200d", "\u0301", "\u0323\u0301", "\r\n", "\t", "\u0000", "\u0085", "\u00a0", "\u2028", "\ufeff"],
  ...[
    "\u1ae0",
    "\u00ad",
    "▁",
    "▁▁",
    " ",
    "  ",
    " \n",
    "\n\n",
    "  \t ",
    "ﬁ",
    "①",
    "½",
    "ｆｕｌｌ",
    "Å",
    "e\u0301",
  ],
  ...["</s>", "<s>", "<unk>", "<pad>", "<extra_id_0>", "<0x41>", "<|im_start|>", "<|endoftext|>"],
  ...["rain", "the", " cat", "THE", "Über", "don't", "I'LL", " 's", "'re", ".", " .", "!", "12345", " 42"],
  ...["ß", "İ", "ı", "Σ", "日本語", "한국어", "ไทย", "हिन्दी", "עברית", "العربية", "👨‍👩‍👧", "👍🏽"],
];

function drawText(random: Random): string {
  const any = (first: number, count: number) => String.fromCodePoint(first + random.integer(count));
  const kinds = [
    () => random.choice(PIECES),
    () => random.choice(PIECES) + " ",
    () => any(0x20, 0x5f).repeat(1 + random.integer(3)),
    () => any(0xa0, 0x2000),
    () => any(random.choice([0, 0xe000]), 0x2000),
    () => any(0x10000, 0x100000),
  ];
  return Array.from({ length: random.integer(12) }, () => random.choice(kinds)()).join("");
}

function benchmarkTexts(): string[] {
  const shared = Deno.env.get("GORP_SHARED");
  if (!shared) return [];
  const root = `${shared}/data/CL_Benchmark`;
  return [...Deno.readDirSync(root)].filter(({ isDirectory }) => isDirectory).flatMap((type) =>
    [...Deno.readDirSync(`${root}/${type.name}`)].flatMap((dataset) => {
      const file = `${root}/${type.name}/${dataset.name}/test.json`;
      const rows: { sentence: string }[] = JSON.parse(Deno.readTextFileSync(file));
      return rows.slice(0, ROWS).map(({ sentence }) => sentence);
    })
  );
}

function pythonWithTokenizers(): string | null {
  const python = Deno.env.get("GORP_PYTHON");
  if (python) {
    const { success } = new Deno.Command(python, { args: ["-c", "import tokenizers"] }).outputSync();
    if (success) return python;
  }
  console.log("skipped: drawn texts in Python's tokenizers, as GORP_PYTHON names no interpreter that has it");
  return null;
}

interface Decoded {
  readonly decoded: string;
  readonly decodedWithSpecial: string;
}

interface Answers {
  readonly texts: readonly (Decoded & { readonly ids: number[]; readonly idsNoSpecial: number[] })[];
  readonly ids: readonly Decoded[];
}

async function askPython(python: string, jobs: unknown): Promise<Answers[]> {
  const program = new URL("encode_texts.py", import.meta.url).pathname;
  const child = new Deno.Command(python, { args: [program], stdin: "piped", stdout: "piped" }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(JSON.stringify(jobs)));
  await input.close();
  const { success, stdout } = await child.output();
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const python = pythonWithTokenizers();

Deno.test({
  name: "drawn texts and ids become what they become in Python",
  ignore: python === null,
  async fn() {
    const shared = sharedCases("tokenizer");
    const smol = Deno.env.get("GORP_SMOLLM2");
    if (!smol) console.log("GORP_SMOLLM2 is not set: SmolLM2's tokenizer is skipped.");
    const folders = [...caseFolders(SHIPPED, "tokenizer"), ...shared ? caseFolders(shared, "tokenizer") : []];
    const random = new Random(1);
    const jobs = await Promise.all([...folders, ...smol ? [smol] : []].map(async (folder) => {
      const tokenizer = await loadTokenizer(folder);
      const drawn = Array.from({ length: TEXTS }, () => drawText(random));
      const ids = Array.from(
        { length: TEXTS / 3 },
        () => Array.from({ length: random.integer(15) }, () => random.integer(tokenizer.vocabularySize)),
      );
      const texts = folder === smol ? [...drawn, ...benchmarkTexts()] : drawn;
      return { tokenizer, job: { tokenizer: `${folder}/tokenizer.json`, texts, ids } };
    }));
    const answers = await askPython(python!, jobs.map(({ job }) => job));
    const differences: unknown[] = [];
    jobs.forEach(({ tokenizer, job }, i) => {
      const compare = (what: string, input: unknown, got: unknown, want: unknown) => {
        if (JSON.stringify(got) === JSON.stringify(want)) return;
        differences.push({ tokenizer: job.tokenizer, what, input, got, want });
      };
      const compareDecoded = (ids: number[], want: Decoded) => {
        const decode = (special: boolean) =>
          tokenizer.decode(ids, { stopAtEnd: false, cleanUp: false, special });
        compare("text", ids, decode(false), want.decoded);
        compare("text with special tokens", ids, decode(true), want.decodedWithSpecial);
      };
      job.texts.forEach((text, j) => {
        const want = answers[i].texts[j];
        compare("ids", text, tokenizer.encode(text, { special: true }), want.ids);
        compare("ids without special tokens", text, tokenizer.encode(text), want.idsNoSpecial);
        compareDecoded(want.ids, want);
      });
      job.ids.forEach((ids, j) => compareDecoded(ids, answers[i].ids[j]));
    });
    assertEquals(differences.slice(0, 5), [], `${differences.length} differences`);
  },
});

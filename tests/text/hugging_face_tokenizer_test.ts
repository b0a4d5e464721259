/** Properties of tokenizers in Hugging Face's format, on the shipped golden ones. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { cpuUsage } from "node:process";
import { HuggingFaceTokenizer } from "../../lib/text/hugging_face_tokenizer.ts";
import { loadTokenizer, requireFittingVocabulary } from "../../lib/text/load_tokenizer.ts";
import { saveWordTokenizer } from "../../lib/text/tokenizer_file.ts";
import { buildVocabulary } from "../../lib/text/vocabulary.ts";
import { WordTokenizer } from "../../lib/text/word_tokenizer.ts";

const golden = new URL("../golden/tokenizer", import.meta.url).pathname;
const NAMES = ["unigram", "byte-pairs", "byte-level"];

function jsonOf(name: string) {
  return JSON.parse(Deno.readTextFileSync(`${golden}/${name}/tokenizer.json`));
}

function opened(name: string): HuggingFaceTokenizer {
  return new HuggingFaceTokenizer(jsonOf(name), { endToken: "</s>" });
}

/** Any UTF-16, halves of surrogate pairs included, with joiners and special tokens more often than by chance. */
const anyText = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom(
      "\u200d",
      "\u0301",
      "\r\n",
      "</s>",
      "<extra_id_0>",
      "▁",
      " ",
      "rain",
      "<0x41>",
      "é",
      "👨‍👩‍👧",
    ),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

for (const name of NAMES) {
  Deno.test(`any text has ids in the vocabulary of ${name}, and any ids a text`, () => {
    const tokenizer = opened(name);
    const size = tokenizer.vocabularySize;
    fc.assert(fc.property(anyText, fc.boolean(), (text, special) => {
      const ids = tokenizer.encode(text, { special });
      assert(ids.every((id) => Number.isInteger(id) && id >= 0 && id < size));
      assert(tokenizer.decode(ids, { special, stopAtEnd: false, cleanUp: true }).isWellFormed());
    }));
    fc.assert(fc.property(fc.array(fc.integer({ min: -2, max: size + 2 })), (ids) => {
      assert(tokenizer.decode(Int32Array.from(ids), { stopAtEnd: false }).isWellFormed());
    }));
  });
}

Deno.test("with byte fallback, any text without special tokens survives encoding and decoding", () => {
  const tokenizer = opened("byte-pairs");
  const text = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/[▁<]/u.test(text));
  fc.assert(fc.property(text, (text) => {
    assertEquals(tokenizer.decode(tokenizer.encode(text), { stopAtEnd: false }), text);
  }));
});

Deno.test("words of known letters survive encoding and decoding by unigrams", () => {
  const tokenizer = opened("unigram");
  const word = fc.string({ unit: fc.constantFrom(..."aeinorstw."), minLength: 1, maxLength: 9 });
  fc.assert(fc.property(fc.array(word), (words) => {
    const text = words.join(" ");
    assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
  }));
});

Deno.test("marks of Unicode 17 belong to the character before them, as in Python's library", () => {
  const tokenizer = opened("unigram");
  const plain = tokenizer.encode("rain rain");
  for (const mark of ["\u0301", "\u1acf", "\u1ae0"]) {
    // the map has a space for a no-break space and what belongs to it
    assertEquals(tokenizer.encode(`rain\u00a0${mark}rain`), plain);
  }
});

Deno.test("what is remembered does not change what comes later", () => {
  const [used, fresh] = [opened("unigram"), opened("unigram")];
  fc.assert(fc.property(anyText, (text) => {
    used.encode(text);
    assertEquals(used.encode(`${text} ${text}`), fresh.encode(`${text} ${text}`));
  }));
});

Deno.test("a very long text is no trouble", () => {
  for (const name of NAMES) {
    const ids = opened(name).encode("é".repeat(10_000) + "rain ".repeat(60_000));
    assert(ids.length > 60_000);
  }
});

Deno.test("decoding stops at the first end token and leaves padding out, wherever it stands", () => {
  const tokenizer = new HuggingFaceTokenizer(jsonOf("byte-pairs"), { endToken: "</s>", beginToken: "<s>" });
  const { eosId, padId, bosId } = tokenizer;
  assertEquals([bosId, eosId, padId], [1, 2, 2]);
  const rain = tokenizer.encode("rain"), snow = tokenizer.encode("snow");
  assertEquals(tokenizer.decode([padId, padId, bosId!, ...rain, eosId, ...snow]), "rain");
  assertEquals(tokenizer.decode([...rain, eosId, ...snow], { stopAtEnd: false }), "rain snow");
  assertEquals(tokenizer.decode([bosId!, eosId, ...snow]), "");
  assertEquals(tokenizer.decode([]), "");
});

Deno.test("sentinels are found by name", () => {
  assertEquals(opened("unigram").sentinelIds, [122, 121, 120]);
  assertEquals(opened("byte-pairs").sentinelIds, []);
});

Deno.test("a thousand prompts of a hundred words are encoded in a second", () => {
  const letters = "etaoinshrdlu";
  let state = 1;
  const draw = (count: number) => (state = state * 48271 % 2147483647) % count;
  const words = Array.from(
    { length: 15_000 },
    () => Array.from({ length: 3 + draw(6) }, () => letters[draw(12)]).join(""),
  );
  // Frequent words come more often, as in any language.
  const prompts = Array.from(
    { length: 1000 },
    () => Array.from({ length: 100 }, () => words[draw(1 + draw(words.length))]).join(" "),
  );
  for (const name of NAMES) {
    const tokenizer = opened(name);
    const start = cpuUsage();
    for (const prompt of prompts) tokenizer.encode(prompt);
    const { user, system } = cpuUsage(start);
    const seconds = (user + system) / 1e6;
    // Time of the processor, twice the aim: machines are busy with other tests, and differ.
    assert(seconds < 2, `${name} took ${seconds.toFixed(1)} s`);
  }
});

async function inFolder(files: Record<string, unknown>, use: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("one door opens the kit's own tokenizers and any other", async () => {
  const own = buildVocabulary(["near rain"]);
  await inFolder({}, async (folder) => {
    await saveWordTokenizer(own, folder);
    const tokenizer = await loadTokenizer(folder);
    assert(tokenizer instanceof WordTokenizer);
    assertEquals(tokenizer.encode("near rain"), own.encode("near rain"));
  });
  await inFolder({ "tokenizer.json": jsonOf("unigram") }, async (folder) => {
    const { padId, eosId, bosId, paddingSide } = await loadTokenizer(folder);
    assertEquals([padId, eosId, bosId, paddingSide], [0, 1, null, "right"]);
  });
  await inFolder({ "tokenizer.json": jsonOf("byte-pairs") }, async (folder) => {
    const { padId, eosId, bosId, paddingSide } = await loadTokenizer(folder);
    assertEquals([padId, eosId, bosId, paddingSide], [2, 2, 1, "left"]);
  });
});

Deno.test("the files beside a tokenizer decide on its conventions, options come first", async () => {
  const files = {
    "tokenizer.json": jsonOf("byte-level"),
    "special_tokens_map.json": { pad_token: { content: "<s>" }, eos_token: "<|end|>" },
    "tokenizer_config.json": {
      eos_token: { content: "</s>", special: true },
      clean_up_tokenization_spaces: true,
      added_tokens_decoder: { 400: { content: "<extra>", special: true } },
    },
    "config.json": { model_type: "llama", bos_token_id: [2], eos_token_id: 0, pad_token_id: 1 },
  };
  await inFolder(files, async (folder) => {
    const tokenizer = await loadTokenizer(folder);
    const { padId, eosId, bosId, paddingSide } = tokenizer;
    assertEquals([padId, eosId, bosId, paddingSide], [0, 1, 2, "left"]);
    assertEquals(tokenizer.encode("rain<extra>").at(-1), 400);
    assertEquals(tokenizer.vocabularySize, 401);
    assertEquals(tokenizer.decode(tokenizer.encode("rain .")), "rain.");
    const other = await loadTokenizer(folder, { padToken: "<|end|>", paddingSide: "right" });
    assertEquals([other.padId, other.paddingSide], [2, "right"]);
    await assertRejects(() => loadTokenizer(folder, { padToken: "[PAD]" }), RangeError, "[PAD]");
  });
});

Deno.test("files that are no tokenizers are refused in a sentence with their path", async () => {
  const unigram = jsonOf("unigram");
  const refused: [unknown, string][] = [
    ["{", "tokenizer.json"],
    ["[1]", "must hold a JSON object"],
    [{}, "with a model"],
    [{ ...unigram, model: { ...unigram.model, type: "Other", vocab: undefined } }, "Other"],
    [{ ...unigram, normalizer: { type: "Unheard" } }, "Unheard"],
    [{ ...unigram, normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" } }, "character map"],
    [{ ...unigram, normalizer: { type: "Precompiled", precompiled_charsmap: "%" } }, "base64"],
    [
      { ...jsonOf("byte-pairs"), added_tokens: [], model: { type: "BPE", vocab: { a: 0 }, merges: [] } },
      "end",
    ],
  ];
  for (const [content, part] of refused) {
    await inFolder({ "tokenizer.json": content }, async (folder) => {
      const error = await assertRejects(() => loadTokenizer(folder), Error, part);
      assert(error.message.includes(`${folder}/tokenizer.json`), error.message);
    });
  }
  await assertRejects(() => loadTokenizer("nowhere"), Error, "nowhere/tokenizer.json");
});

Deno.test("a changed byte in a tokenizer's file gives a tokenizer or an error, never a crash later", () => {
  const bytes = new TextEncoder().encode(JSON.stringify(jsonOf("unigram")));
  fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
    const changed = bytes.slice();
    changed[at] = byte;
    let tokenizer: HuggingFaceTokenizer;
    try {
      tokenizer = new HuggingFaceTokenizer(JSON.parse(new TextDecoder().decode(changed)), {
        endToken: "</s>",
      });
    } catch (error) {
      assert(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError);
      return;
    }
    tokenizer.decode(tokenizer.encode("the rain é \u0301 <extra_id_0>", { special: true }));
  }));
});

Deno.test("a vocabulary larger than the embedding is refused", () => {
  const tokenizer = opened("unigram");
  requireFittingVocabulary(tokenizer, tokenizer.vocabularySize);
  assertThrows(() => requireFittingVocabulary(tokenizer, 100), RangeError, "123 ids");
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors/input_error.ts";
import fc from "fast-check";
import { loadWordTokenizer, saveWordTokenizer } from "../../lib/text/tokenizer_file.ts";
import { splitWords, WordTokenizer } from "../../lib/text/word_tokenizer.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";

const golden = new URL("../golden/word-tokenizer/", import.meta.url).pathname;
const specialWords = ["<pad>", "</s>", "<unk>"];

for (const name of ["cased", "lower-case"]) {
  Deno.test(`a word tokenizer gives the ids of Python's tokenizers library (${name})`, async () => {
    const tokenizer = await loadWordTokenizer(golden + name);
    const texts = JSON.parse(await Deno.readTextFile(`${golden}${name}/texts.json`));
    assert(texts.length > 30);
    for (const { text, ids } of texts) assertEquals(tokenizer.encode(text), ids, JSON.stringify(text));
  });

  Deno.test(`writing a tokenizer gives back the file that Python wrote (${name})`, async () => {
    const file = JSON.parse(await Deno.readTextFile(`${golden}${name}/tokenizer.json`));
    assertEquals<unknown>(WordTokenizer.fromJson(file).toJson(), file);
  });
}

Deno.test("any row of vocabulary words survives encoding and decoding", () => {
  const tokenizer = embeddedTokenizer();
  const ordinary = tokenizer.words.filter((word) => !specialWords.includes(word));
  fc.assert(fc.property(fc.array(fc.constantFrom(...ordinary)), (words) => {
    const text = words.join(" ");
    const ids = tokenizer.encode(text);
    assertEquals(ids.length, words.length);
    assertEquals(tokenizer.decode(ids), text);
  }));
});

Deno.test("any text gives ids of the vocabulary, and its pieces hold all but its whitespace", () => {
  const tokenizer = embeddedTokenizer();
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert(tokenizer.encode(text).every((id) => Number.isInteger(id) && id >= 0 && id < 420));
    assertEquals(splitWords(text).join(""), text.replace(/\p{White_Space}/gu, ""));
  }));
});

Deno.test("decoding stops at the first end token and leaves padding out", () => {
  const tokenizer = embeddedTokenizer();
  const [near, rain] = tokenizer.encode("near rain");
  assertEquals(tokenizer.decode([0, near, 0, rain, tokenizer.eosId, near]), "near rain");
  assertEquals(tokenizer.decode(new Int32Array([near, 9999])), "near <unk>");
  assertEquals(tokenizer.decode([]), "");
});

Deno.test("words such as constructor or __proto__ are words", () => {
  const words = [...specialWords, "__proto__", "constructor", "1999"];
  const tokenizer = WordTokenizer.fromJson(
    JSON.parse(JSON.stringify(new WordTokenizer({ words, specialWords }).toJson())),
  );
  assertEquals(tokenizer.encode("constructor 1999 __proto__ toString"), [4, 5, 3, 2]);
});

Deno.test("sentinels are counted as far as the vocabulary has them", () => {
  assertEquals(embeddedTokenizer().sentinelIds, [3, 4, 5, 6, 7, 8, 9, 10]);
  assertEquals(new WordTokenizer({ words: specialWords, specialWords }).sentinelIds, []);
});

Deno.test("a wrong vocabulary is refused with the reason", () => {
  assertThrows(
    () => new WordTokenizer({ words: [...specialWords, "a", "a"], specialWords }),
    RangeError,
    '"a" is in the vocabulary twice',
  );
  assertThrows(() => new WordTokenizer({ words: ["a"], specialWords }), RangeError, '"<pad>" is not in');
  assertThrows(
    () => new WordTokenizer({ words: ["<pad>"], specialWords: ["<pad>"] }),
    RangeError,
    "without the special word",
  );
});

Deno.test("a file that is no word-level tokenizer is refused with its path and the reason", async () => {
  const folder = await Deno.makeTempDir();
  const refuse = async (text: string, kind: new (...parts: never[]) => Error, part: string) => {
    await Deno.writeTextFile(`${folder}/tokenizer.json`, text);
    const error = await assertRejects(() => loadWordTokenizer(folder), kind, part);
    assert(error.message.includes(`${folder}/tokenizer.json`), error.message);
  };
  try {
    await assertRejects(() => loadWordTokenizer(`${folder}/none`), Error, "there is no such file");
    await refuse("{", Error, "JSON");
    await refuse("null", InputError, "model is missing; it must be WordLevel");
    const file = embeddedTokenizer().toJson();
    await refuse(JSON.stringify({ ...file, model: { type: "BPE" } }), InputError, "model is BPE");
    await refuse(JSON.stringify({ ...file, pre_tokenizer: { type: "ByteLevel" } }), InputError, "ByteLevel");
    await refuse(
      JSON.stringify({ ...file, model: { ...file.model, vocab: { a: 1 } } }),
      InputError,
      "the id 0",
    );
    await refuse(JSON.stringify({ ...file, added_tokens: [] }), RangeError, "without the special word");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a saved tokenizer is read again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await saveWordTokenizer(embeddedTokenizer(), `${folder}/new`);
    const loaded = await loadWordTokenizer(`${folder}/new`);
    assertEquals(loaded.words, embeddedTokenizer().words);
    const config = JSON.parse(await Deno.readTextFile(`${folder}/new/tokenizer_config.json`));
    assertEquals(config.eos_token, "</s>");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the embedded model's tokenizer file is that of the grammar", async () => {
  const folder = new URL("../../data/embedded-t5", import.meta.url).pathname;
  assertEquals((await loadWordTokenizer(folder)).toJson(), embeddedTokenizer().toJson());
});

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { collate } from "../../lib/tasks/collate.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { LabelChoices } from "../../lib/tasks/label_choices.ts";
import { decoderOnlyForm, encoderDecoderForm } from "../../lib/tasks/row_form.ts";
import { loadTokenizer } from "../../lib/text/load_tokenizer.ts";
import type { Tokenizer } from "../../lib/text/tokenizer.ts";

const tokenizer = embeddedTokenizer();
const [near, rain, snow] = tokenizer.encode("near rain snow");

Deno.test("rows of decoder-only models are filled up on the left and have no end token before the answer", () => {
  const examples = [{ source: "near rain", label: "rain" }, { source: "near", label: "rain snow" }];
  const batch = collate(examples, tokenizer, { form: decoderOnlyForm(tokenizer) });
  assertEquals([...batch.inputIds], [near, rain, tokenizer.padId, near]);
  assertEquals([...batch.attentionMask], [1, 1, 0, 1]);
  assertEquals([...batch.labels], [rain, 1, -100, rain, snow, 1]);
});

Deno.test("an answer's tokens behind a prompt are those of the text as a whole", async () => {
  // Byte-level pairs and metaspaces alike: the prompt's tokens and the answer's are the tokens of both together.
  for (const name of ["byte-level", "byte-pairs", "unigram"]) {
    const loaded = await loadTokenizer(goldenFolder(name));
    const { answer } = decoderOnlyForm(loaded);
    for (const label of ["World", "Sci/Tech", "very negative"]) {
      const whole = loaded.encode(`Answer: ${label}`);
      assertEquals([...loaded.encode("Answer:"), ...answer(label)], [...whole, loaded.eosId]);
    }
  }
});

Deno.test("the beginning of a prompt is what the tokenizer's files put before a text", () => {
  const withBegin: Tokenizer = {
    ...tokenizer,
    eosId: tokenizer.eosId,
    padId: tokenizer.padId,
    decode: (ids) => tokenizer.decode(ids),
    encode: (text, options) => [...(options?.special ? [9] : []), ...tokenizer.encode(text)],
  };
  assertEquals(decoderOnlyForm(withBegin).before, [9]);
  assertEquals(decoderOnlyForm(tokenizer).before, []);
  assertEquals(encoderDecoderForm(tokenizer).after, [tokenizer.eosId]);
});

Deno.test("decoding along the labels, whatever is preferred, ends at a label", () => {
  const labels = fc.uniqueArray(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 8,
    selector: (ids) => ids.join(),
  });
  fc.assert(fc.property(labels, fc.infiniteStream(fc.nat()), (bare, preferences) => {
    const ended = bare.map((ids) => [...ids, 1]);
    const choices = new LabelChoices(ended);
    const said: number[] = [];
    while (said.at(-1) !== 1) {
      const next = choices.after(said);
      assert(next.length > 0 && next.length <= choices.widest, said.join());
      said.push(next[preferences.next().value % next.length]);
    }
    assert(ended.some((label) => label.join() === said.join()), said.join());
  }));
});

function goldenFolder(name: string): string {
  return new URL(`../golden/tokenizer/${name}`, import.meta.url).pathname;
}

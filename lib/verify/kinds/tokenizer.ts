/** Ids and texts of tokenizers. @module */
import { loadTokenizer } from "../../text/load_tokenizer.ts";
import type { Checker } from "../checker.ts";

/** `text` → ids with and without special tokens; ids → texts, each way of decoding that the case has. */
export const checkTokenizer: Checker = async ({ folder, config }, comparison) => {
  const tokenizer = await loadTokenizer(folder);
  const { vocabSize, cases = [], decodeCases = [] } = config;
  if (vocabSize !== undefined) comparison.equal("vocabulary", tokenizer.vocabularySize, vocabSize);
  for (const { text, ids, idsNoSpecial } of cases) {
    const name = JSON.stringify(text);
    if (ids) comparison.equal(`ids of ${name}`, tokenizer.encode(text, { special: true }), ids);
    if (idsNoSpecial) comparison.equal(`plain ids of ${name}`, tokenizer.encode(text), idsNoSpecial);
  }
  for (const { ids, ...texts } of [...cases, ...decodeCases]) {
    const ways: Record<string, object> = {
      decoded: { cleanUp: false },
      decodedWithSpecial: { cleanUp: false, special: true },
      decodedCleanUp: { cleanUp: true },
    };
    for (const [name, options] of Object.entries(ways)) {
      if (texts[name] === undefined) continue;
      const found = tokenizer.decode(ids, { stopAtEnd: false, ...options });
      comparison.equal(`${name} of ${JSON.stringify(ids)}`, found, texts[name]);
    }
  }
};

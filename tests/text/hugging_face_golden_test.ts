/** Ids and texts of `tokenizer.json` files against those of Python's tokenizers library. */
import { assertEquals } from "@std/assert";
import { HuggingFaceTokenizer } from "../../lib/text/hugging_face_tokenizer.ts";
import { caseFolders, sharedCases } from "../golden_case.ts";

interface DecodeCase {
  readonly ids: number[];
  readonly decoded: string;
  readonly decodedWithSpecial: string;
  readonly decodedCleanUp?: string;
}

interface TextCase extends DecodeCase {
  readonly text: string;
  readonly idsNoSpecial: number[];
}

const shipped = caseFolders(new URL("../golden", import.meta.url).pathname, "tokenizer");
const shared = sharedCases("tokenizer");

for (const folder of [...shipped, ...shared ? caseFolders(shared, "tokenizer") : []]) {
  const { name, config } = JSON.parse(Deno.readTextFileSync(`${folder}/case.json`));
  const json = JSON.parse(Deno.readTextFileSync(`${folder}/${config.tokenizer}`));

  Deno.test(`the ids and texts of ${name} are those of Python's library`, () => {
    const tokenizer = new HuggingFaceTokenizer(json, { endToken: "</s>" });
    assertEquals(tokenizer.vocabularySize, config.vocabSize);
    const differences: unknown[] = [];
    const compare = (what: string, input: unknown, got: unknown, want: unknown) => {
      if (JSON.stringify(got) !== JSON.stringify(want)) differences.push({ what, input, got, want });
    };
    for (const { text, ids, idsNoSpecial } of config.cases as TextCase[]) {
      compare("ids", text, tokenizer.encode(text, { special: true }), ids);
      compare("ids without special tokens", text, tokenizer.encode(text), idsNoSpecial);
    }
    for (const row of [...config.cases, ...config.decodeCases] as DecodeCase[]) {
      const { ids, decoded, decodedWithSpecial, decodedCleanUp } = row;
      const decode = (options: object) => tokenizer.decode(ids, { stopAtEnd: false, ...options });
      compare("text", ids, decode({}), decoded);
      compare("text with special tokens", ids, decode({ special: true }), decodedWithSpecial);
      if (decodedCleanUp !== undefined) compare("clean text", ids, decode({ cleanUp: true }), decodedCleanUp);
    }
    assertEquals(differences, []);
  });
}

/** Models of the tokenizers library: one piece at a time, with memory, as Python's work. @module */
import { BPE, type Model, Unigram } from "@huggingface/tokenizers";
import { remembered } from "./remembered.ts";

/** The mark that sentencepiece puts in place of a space. */
const MARK = "▁";

/**
 * Makes a model join unknown characters within a piece only, where the library joins them across pieces, and
 * remember the tokens of pieces. A byte-pair model cuts its text into words first if no merge reaches across
 * words: then they are independent, and there is something to remember.
 */
export function makeModelExact(model: Model | null): void {
  if (!(model instanceof Unigram || model instanceof BPE)) return;
  const tokensOf = model instanceof Unigram ? model.tokenize.bind(model) : bytePairTokens(model);
  const wordsOf = model instanceof BPE && areWordsIndependent(model)
    ? (piece: string) => piece.match(/▁*[^▁]+|▁+$/gu) ?? []
    : (piece: string) => [piece];
  const tokensOfWord = remembered((word) => {
    const tokens = tokensOf(word);
    return model.fuse_unk ? joinUnknown(tokens, model) : tokens;
  });
  model.encode = (pieces) => {
    const tokens: string[] = [];
    for (const piece of pieces) {
      for (const word of wordsOf(piece)) {
        for (const token of tokensOfWord(word)) tokens.push(token);
      }
    }
    return tokens;
  };
  model._call = (pieces) => model.encode(pieces);
}

/** The library merges before it drops characters that are not in the vocabulary; Python drops them first. */
function bytePairTokens(model: BPE): (piece: string) => string[] {
  const encode = model.encode.bind(model);
  const isKept = (character: string) => model.tokens_to_ids.has(character);
  const drops = model.unk_token_id === undefined && !model.byte_fallback;
  return (piece) => {
    const isWhole = !drops || (model.ignore_merges && model.tokens_to_ids.has(piece));
    return encode([isWhole ? piece : Array.from(piece).filter(isKept).join("")]);
  };
}

/** Whether no merge joins the end of a word with the mark that begins the next. */
function areWordsIndependent(model: BPE): boolean {
  return model.tokens_to_ids.has(MARK) && !model.merges.some(([a, b]) => /[^▁]▁/u.test(a + b));
}

/** Neighbouring unknown tokens as one. */
function joinUnknown(tokens: readonly string[], model: Model): readonly string[] {
  const isUnknown = (token: string) =>
    (model.tokens_to_ids.get(token) ?? model.unk_token_id) === model.unk_token_id;
  const joined: string[] = [];
  let wasUnknown = false;
  for (const token of tokens) {
    const unknown = isUnknown(token);
    if (!unknown || !wasUnknown) joined.push(token);
    wasUnknown = unknown;
  }
  return joined;
}

/** Which tokens begin, end and fill up texts, from the files beside a `tokenizer.json`. @module */
import type { AddedToken, TokenizerJson } from "./library.ts";

/** A JSON object. */
export type Entries = Readonly<Record<string, unknown>>;

/** The files of a model folder that say something about its tokenizer; absent ones are empty. */
export interface TokenizerFiles {
  readonly tokenizer: TokenizerJson;
  /** `tokenizer_config.json` */
  readonly tokenizerConfig: Entries;
  /** `special_tokens_map.json` */
  readonly specialTokensMap: Entries;
  /** `config.json`, the model's */
  readonly modelConfig: Entries;
}

/** A role that a token can have. */
export type Role = "bos" | "eos" | "pad";

/** Names by custom, for folders that hold nothing but a `tokenizer.json`. */
const USUAL: Readonly<Record<Role, readonly string[]>> = {
  bos: ["<s>", "<|im_start|>", "<|begin_of_text|>"],
  eos: ["</s>", "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>"],
  pad: ["<pad>", "[PAD]"],
};

/**
 * The token with a role: the one that `tokenizer_config.json` or `special_tokens_map.json` names, else the one whose
 * id `config.json` gives, else one with a usual name.
 *
 * @returns undefined where there is none
 */
export function specialToken(role: Role, files: TokenizerFiles): string | undefined {
  for (const source of [files.tokenizerConfig, files.specialTokensMap]) {
    const named = contentOf(source[`${role}_token`]);
    if (named !== null) return named;
  }
  const vocabulary = vocabularyOf(files.tokenizer);
  const id = [files.modelConfig[`${role}_token_id`]].flat()[0];
  const token = vocabulary.find(([, tokenId]) => tokenId === id)?.[0];
  return token ?? USUAL[role].find((usual) => vocabulary.some(([name]) => name === usual));
}

/** The side on which rows are filled up: as the files say, else left for models that continue their prompts. */
export function paddingSide({ tokenizer, tokenizerConfig, modelConfig }: TokenizerFiles): "left" | "right" {
  const { padding_side: side } = tokenizerConfig;
  if (side === "left" || side === "right") return side;
  const readsApart = "model_type" in modelConfig
    ? modelConfig.is_encoder_decoder === true || modelConfig.model_type === "t5"
    : tokenizer.model.type === "Unigram";
  return readsApart ? "right" : "left";
}

/** The tokenizer's contents with the added tokens that only `tokenizer_config.json` lists. */
export function withListedTokens({ tokenizer, tokenizerConfig }: TokenizerFiles): TokenizerJson {
  const listed = Object.entries((tokenizerConfig.added_tokens_decoder ?? {}) as Record<string, Entries>)
    .map(([id, token]) => ({ ...token, id: Number(id) }) as unknown as AddedToken);
  const known = new Set((tokenizer.added_tokens ?? []).map((token) => token.content));
  const missing = listed.filter((token) => !known.has(token.content));
  return { ...tokenizer, added_tokens: [...tokenizer.added_tokens ?? [], ...missing] };
}

/** All tokens with their ids. */
function vocabularyOf(tokenizer: TokenizerJson): (readonly [string, number])[] {
  const { vocab } = tokenizer.model as { vocab?: [string, number][] | Record<string, number> };
  const own = Array.isArray(vocab)
    ? vocab.map(([token], id) => [token, id] as const)
    : Object.entries(vocab ?? {});
  return [...own, ...(tokenizer.added_tokens ?? []).map(({ content, id }) => [content, id] as const)];
}

function contentOf(token: unknown): string | null {
  const content = typeof token === "object" && token !== null
    ? (token as { content?: unknown }).content
    : token;
  return typeof content === "string" ? content : null;
}

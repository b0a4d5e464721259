/** Decoders of the tokenizers library, brought to agree with Python's to the character. @module */
import {
  ByteFallbackDecoder,
  ByteLevelDecoder,
  type Decoder,
  MetaspaceDecoder,
  SequenceDecoder,
} from "@huggingface/tokenizers";

/** The entries of a decoder's configuration that are read here. */
export interface DecoderConfig {
  readonly decoders?: readonly DecoderConfig[];
  readonly add_prefix_space?: boolean;
  readonly prepend_scheme?: "always" | "first" | "never";
}

/** Replaces what a decoder and its parts do where that differs from Python's. */
export function makeDecoderExact(part: Decoder | null, config: DecoderConfig): void {
  if (part instanceof SequenceDecoder) {
    part.decoders.forEach((inner, i) => makeDecoderExact(inner, config.decoders?.[i] ?? {}));
  } else if (part instanceof ByteFallbackDecoder) {
    part.decode_chain = joinBytes;
  } else if (part instanceof ByteLevelDecoder) {
    const bytesOfCharacters = part.byte_decoder;
    part.decode_chain = (tokens) => [decodeByteLevel(tokens, bytesOfCharacters)];
  } else if (part instanceof MetaspaceDecoder) {
    const { replacement } = part;
    const { prepend_scheme: scheme, add_prefix_space } = config;
    const hasPrefix = scheme === undefined ? add_prefix_space !== false : scheme !== "never";
    part.decode_chain = (tokens) =>
      tokens.map((token, i) => token.replaceAll(replacement, i === 0 && hasPrefix ? "" : " "));
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** Runs of byte tokens (`<0x0A>`) become characters; a run that is no UTF-8 becomes one `�` a byte. */
function joinBytes(tokens: string[]): string[] {
  const joined: string[] = [];
  let bytes: number[] = [];
  const end = () => {
    if (bytes.length > 0) joined.push(characters(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(parseInt(byte, 16));
    } else {
      end();
      joined.push(token);
    }
  }
  end();
  return joined;
}

function characters(bytes: readonly number[]): string {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return "\ufffd".repeat(bytes.length);
  }
}

/** A token whose characters do not all stand for bytes (an added one) stands for itself. */
function decodeByteLevel(
  tokens: readonly string[],
  bytesOfCharacters: Readonly<Record<string, unknown>>,
): string {
  const bytes = tokens.flatMap((token) => {
    const own = Array.from(token, (character) => bytesOfCharacters[character]);
    return own.includes(undefined) ? [...new TextEncoder().encode(token)] : own.map(Number);
  });
  return lossy.decode(Uint8Array.from(bytes));
}

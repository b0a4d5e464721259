/** The thread of `png_thread.ts`. @module */
import type { PngAnswer, PngOrder } from "./png_thread.ts";
import { pngOfSvg } from "./render_png.ts";

const home = self as unknown as MessagePort;

home.onmessage = async ({ data: { number, svg } }: MessageEvent<PngOrder>) => {
  let answer: PngAnswer;
  try {
    answer = { number, png: await pngOfSvg(svg) };
  } catch (error) {
    answer = { number, problem: String(error) };
  }
  home.postMessage(answer);
};

/** Plain loop twin of rotary position embedding. @module */
import { type Plain, plain, rows, width } from "./plain.ts";

/** Each pair of elements half a head apart is a complex number, turned by its angle; the still heads are not. */
export function rotaryTwin(
  x: Plain,
  angles: {
    readonly positions: ArrayLike<number>;
    readonly angleOf: (position: number, pair: number) => number;
  },
  heads: { readonly width: number; readonly still: { readonly first: number; readonly count: number } },
): Plain {
  const y = plain(...x.shape);
  y.data.set(x.data);
  const half = heads.width / 2;
  for (let row = 0; row < rows(x); row++) {
    for (let head = 0; head < width(x) / heads.width; head++) {
      if (head >= heads.still.first && head < heads.still.first + heads.still.count) continue;
      for (let pair = 0; pair < half; pair++) {
        const angle = angles.angleOf(angles.positions[row], pair);
        const at = row * width(x) + head * heads.width + pair;
        const [real, imaginary] = [x.data[at], x.data[at + half]];
        y.data[at] = real * Math.cos(angle) - imaginary * Math.sin(angle);
        y.data[at + half] = real * Math.sin(angle) + imaginary * Math.cos(angle);
      }
    }
  }
  return y;
}

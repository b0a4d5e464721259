import { assert, assertEquals } from "@std/assert";
import { okabeIto, orderedColors, seriesStyles, variantStyles, withOpacity } from "../../lib/plot/palette.ts";

/** Linear RGB as seen with a missing kind of cone: Machado, Oliveira and Fernandes (2009), severity 1. */
const vision: Readonly<Record<string, readonly (readonly number[])[]>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

Deno.test("palette: the five rows differ for every kind of colour vision", () => {
  const colors = Object.values(variantStyles).map(({ color }) => color);
  for (const [name, matrix] of Object.entries(vision)) {
    for (const [i, a] of colors.entries()) {
      for (const b of colors.slice(i + 1)) {
        const distance = Math.hypot(...lab(a, matrix).map((value, k) => value - lab(b, matrix)[k]));
        assert(distance >= 15, `${a} and ${b} are ${distance.toFixed(1)} apart with ${name}`);
      }
    }
  }
});

Deno.test("palette: a variant has its colour whatever stands beside it", () => {
  assertEquals(seriesStyles(["replay", "B+S", "B"])[1], variantStyles["B+S"]);
  assertEquals(seriesStyles(["B+S"])[0], variantStyles["B+S"]);
  assertEquals(variantStyles["B"].color, okabeIto.grey);
});

Deno.test("palette: other rows differ in colour or marker, and not by their names' properties", () => {
  const styles = seriesStyles([
    "constructor",
    "toString",
    ...Array.from({ length: 18 }, (_, i) => `method ${i}`),
  ]);
  assertEquals(new Set(styles.map(({ color, symbol }) => color + symbol)).size, 20);
});

Deno.test("palette: ordered colours run from orange to blue and exist for any count", () => {
  assertEquals(orderedColors(0), []);
  assertEquals(orderedColors(1), [okabeIto.blue.toLowerCase()]);
  const five = orderedColors(5);
  assertEquals([five[0], five[2], five[4]].map((color) => color.toUpperCase()), [
    okabeIto.orange,
    okabeIto.purple,
    okabeIto.blue,
  ]);
  assertEquals(withOpacity("#0072B2", 0.25), "rgba(0,114,178,0.25)");
});

function lab(color: string, matrix: readonly (readonly number[])[]): number[] {
  const linear = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [red, green, blue] = matrix.map((row) =>
    Math.min(1, Math.max(0, row.reduce((sum, weight, i) => sum + weight * linear[i], 0)))
  );
  const [x, y, z] = [
    (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
    0.2126 * red + 0.7152 * green + 0.0722 * blue,
    (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
  ].map((value) => value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

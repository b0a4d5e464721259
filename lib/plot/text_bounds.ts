/**
 * The size of SVG text, which a document without a browser does not know.
 *
 * @module
 */
import type { FontMetrics } from "./font_metrics.ts";

/** What is read of an SVG element; happy-dom's elements have all of it. */
export interface TextElement {
  readonly tagName: string;
  readonly textContent: string;
  readonly style: { readonly fontSize?: string; readonly fontWeight?: string };
  readonly parentNode: unknown;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<unknown>;
}

/** A box in pixels, as `getBBox` and `getBoundingClientRect` return it together. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Rulers for normal and for bold text. */
export interface TextFonts {
  readonly regular: FontMetrics;
  readonly bold: FontMetrics;
}

const lineSpacing = 1.3;

/**
 * The box around a text element, or around all text inside a group with the transforms inside that group.
 *
 * @param element an SVG `text`, `tspan` or group; its own transform is ignored, as by `getBBox`
 * @param fonts rulers for normal and for bold text
 */
export function textBounds(element: TextElement, fonts: TextFonts): Bounds {
  const texts = /^(text|tspan)$/i.test(element.tagName)
    ? [element]
    : [...element.querySelectorAll("text")] as TextElement[];
  const corners = texts.flatMap((text) => {
    const { left, right, top, bottom } = oneText(text, fonts);
    if (left === right) return [];
    let points: Point[] = [[left, top], [right, top], [left, bottom], [right, bottom]];
    for (let at = text; at !== element; at = at.parentNode as TextElement) points = transformed(points, at);
    return points;
  });
  if (corners.length === 0) return bounds(0, 0, 0, 0);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return bounds(left, top, Math.max(...xs) - left, Math.max(...ys) - top);
}

type Point = readonly [number, number];

/** Applies an element's `translate(x,y)` and `rotate(degrees,x,y)`, the last one first, as SVG does. */
function transformed(points: Point[], element: TextElement): Point[] {
  const steps = [...(element.getAttribute("transform") ?? "").matchAll(/(translate|rotate)\(([^)]*)\)/g)];
  for (const [, kind, list] of steps.reverse()) {
    const [a, b = 0, c = 0] = list.split(/[\s,]+/).map(Number);
    if (kind === "translate") points = points.map(([x, y]) => [x + a, y + b]);
    else {
      const [cos, sin] = [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)];
      points = points.map(([x, y]) => [
        b + (x - b) * cos - (y - c) * sin,
        c + (x - b) * sin + (y - c) * cos,
      ]);
    }
  }
  return points;
}

function oneText(element: TextElement, fonts: TextFonts): Bounds {
  const lines = [...element.querySelectorAll("tspan.line")] as TextElement[];
  const size = parseFloat(inherited(element, "fontSize") || "12");
  const widths = (lines.length > 0 ? lines : [element]).map((line) => {
    const parts = [line, ...line.querySelectorAll("tspan")] as TextElement[];
    const isBold = isBoldWeight(inherited(line, "fontWeight")) ||
      parts.some((part) => isBoldWeight(part.style?.fontWeight ?? ""));
    return size * (isBold ? fonts.bold : fonts.regular).width(line.textContent);
  });
  const width = Math.max(...widths);
  const anchor = element.getAttribute("text-anchor") ?? "start";
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const number = (name: string) => parseFloat(element.getAttribute(name) ?? "0") || 0;
  const baseline = number("y") +
    (/em$/.test(element.getAttribute("dy") ?? "") ? size * number("dy") : number("dy"));
  const height = size * (1.17 + lineSpacing * (widths.length - 1));
  return bounds(number("x") - shift, baseline - 0.93 * size, width, height);
}

function isBoldWeight(weight: string): boolean {
  return weight === "bold" || Number(weight) >= 600;
}

function inherited(element: TextElement, name: "fontSize" | "fontWeight"): string {
  for (let at: TextElement | null = element; at; at = at.parentNode as TextElement | null) {
    const value = at.style?.[name];
    if (value) return value;
  }
  return "";
}

function bounds(x: number, y: number, width: number, height: number): Bounds {
  return { x, y, width, height, left: x, right: x + width, top: y, bottom: y + height };
}

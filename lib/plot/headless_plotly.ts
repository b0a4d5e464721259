/**
 * Plotly without a browser: its source run against a happy-dom window of its own, whose missing parts (sizes
 * of text, a canvas) are filled in. Nothing is added to the global scope.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { loadFonts } from "./fonts.ts";
import { plotlySource } from "./plotly_source.ts";
import { textBounds, type TextElement, type TextFonts } from "./text_bounds.ts";
import { VectorCanvas } from "./vector_canvas.ts";

/** The functions of plotly that are used without a browser. */
export interface HeadlessPlotly {
  readonly version: string;
  newPlot(element: unknown, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(element: unknown): void;
  /** undefined for a valid figure, else a list of complaints. */
  validate(data: unknown, layout: unknown): readonly { readonly msg: string }[] | undefined;
  readonly Snapshot: { toSVG(element: unknown, format: "svg", scale: number): string };
}

/** Plotly and the document it draws into. */
export interface PlotlyDocument {
  readonly plotly: HeadlessPlotly;
  /** Calls `draw` with a fresh element that is in the document for as long as it runs. */
  withElement<T>(draw: (element: unknown) => Promise<T>): Promise<T>;
}

let loading: Promise<PlotlyDocument> | undefined;

/** Loads plotly, once a process (about half a second). */
export function headlessPlotly(): Promise<PlotlyDocument> {
  return loading ??= load();
}

async function load(): Promise<PlotlyDocument> {
  const [{ Window }, source, fonts] = await Promise.all([import("happy-dom"), plotlySource(), loadFonts()]);
  const window = new Window({ width: 900, height: 600 });
  fillIn(window, { regular: fonts.regular.metrics, bold: fonts.bold.metrics });
  const plotly = evaluate(source, window as unknown as Record<string, unknown>);
  return {
    plotly,
    withElement: async (draw) => {
      const element = window.document.createElement("div");
      window.document.body.appendChild(element);
      try {
        return await draw(element);
      } finally {
        plotly.purge(element);
        element.remove();
        await nextTurn();
      }
    },
  };
}

/**
 * Waits for the event loop. Until then all that was reached through weak references stays in memory, here every
 * element that was drawn, ten megabytes a figure; and nothing else can run, such as the Stop of a notebook.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// deno-lint-ignore no-explicit-any -- the window's own types do not allow for what is added here
function fillIn(window: any, fonts: TextFonts): void {
  const measure = function (this: TextElement) {
    return textBounds(this, fonts);
  };
  for (const kind of [window.SVGElement, window.SVGGraphicsElement]) {
    Object.assign(kind.prototype, {
      getBBox: measure,
      getBoundingClientRect: measure,
      getComputedTextLength(this: TextElement) {
        return textBounds(this, fonts).width;
      },
    });
  }
  const canvases = new WeakMap<object, VectorCanvas>();
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: object) {
      if (!canvases.has(this)) canvases.set(this, new VectorCanvas());
      return canvases.get(this);
    },
    toDataURL(this: { width: number; height: number }) {
      return canvases.get(this)?.toDataUrl(this.width, this.height) ?? "";
    },
  });
  Object.defineProperty(window, "CSS", { value: { supports: () => false } });
  window.URL.createObjectURL = () => "";
}

/** Names that plotly takes from the global scope of a page. */
const pageGlobals = ["document", "navigator", "DOMParser", "Element", "HTMLElement", "ShadowRoot"] as const;

function evaluate(source: string, window: Record<string, unknown>): HeadlessPlotly {
  const module: { exports: unknown } = { exports: {} };
  const run = new Function("module", "exports", "window", "self", ...pageGlobals, source);
  run(module, module.exports, window, window, ...pageGlobals.map((name) => window[name]));
  return module.exports as HeadlessPlotly;
}

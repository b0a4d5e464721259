// Runs in a page that shows a notebook: puts an interactive figure in place of its static picture once plotly is
// there, in the colours of the page. Where plotly does not come within ten seconds the picture stays.
(function (id, figure, darkTemplate, options) {
  const giveUp = Date.now() + 10000;

  function isDark() {
    const body = document.body;
    return body.getAttribute("data-jp-theme-light") === "false" || body.classList.contains("vscode-dark");
  }

  function layout() {
    const flexible = { ...figure.layout, autosize: true };
    if (!isDark()) return flexible;
    const clear = "rgba(0,0,0,0)";
    return { ...flexible, template: darkTemplate, paper_bgcolor: clear, plot_bgcolor: clear };
  }

  function draw(place, plotly) {
    const plot = document.createElement("div");
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", place.firstElementChild.getAttribute("alt"));
    plot.style.height = figure.layout.height + "px";
    place.replaceChildren(plot);
    plotly.newPlot(plot, figure.data, layout(), options);
    const themes = new MutationObserver(function () {
      if (plot.isConnected) plotly.react(plot, figure.data, layout(), options);
      else themes.disconnect();
    });
    themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  }

  (function poll() {
    const place = document.getElementById(id);
    if (place !== null && globalThis.gorpPlotly !== undefined) draw(place, globalThis.gorpPlotly);
    else if (Date.now() < giveUp) setTimeout(poll, 100);
  })();
});

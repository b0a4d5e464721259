// Runs in a report: puts an interactive figure in place of each picture when it comes near the window, in the
// colours of the reader's system. Where this fails the picture stays.
(function () {
  const { figures, templates, options } = JSON.parse(document.getElementById("figure-data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function layout(figure) {
    return { ...figure.layout, autosize: true, template: dark.matches ? templates.dark : templates.light };
  }

  function draw(canvas) {
    const figure = figures[canvases.indexOf(canvas)];
    canvas.classList.add("is-drawn");
    Promise.resolve(Plotly.newPlot(canvas.querySelector(".live"), figure.data, layout(figure), options))
      .catch(function () {
        canvas.classList.remove("is-drawn");
      });
  }

  const canvases = [...document.querySelectorAll(".canvas")];
  const watcher = new IntersectionObserver(function (entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "400px" });
  for (const canvas of canvases) watcher.observe(canvas);

  dark.addEventListener("change", function () {
    for (const canvas of canvases.filter((one) => one.classList.contains("is-drawn"))) {
      const figure = figures[canvases.indexOf(canvas)];
      Plotly.react(canvas.querySelector(".live"), figure.data, layout(figure), options);
    }
  });
})();

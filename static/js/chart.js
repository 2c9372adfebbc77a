// Draws every element with data-chart="<id of a JSON script>" by Apache ECharts.
// The figures arrive as decimal text; the table under each chart shows the same without script.
"use strict";

(() => {
  const PALETTE = ["#206bc4", "#e08a1e", "#2b9e66", "#8a4fbf", "#c2255c", "#4a5568"];
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const figures = (decimals) =>
    new Intl.NumberFormat(document.documentElement.lang, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });

  const ticks = (decimals) =>
    new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: decimals });

  // Names that do not fit side by side are read in lying bars.
  const CHARACTER = 13;
  const MOST_NAME = 0.36;
  const FIGURE = 56;
  const BAR = 18;
  const BETWEEN = 14;
  const AROUND = 80;
  const lies = (chart, width) => {
    const longest = Math.max(0, ...chart.categories.map((name) => name.length));
    return chart.kind === "bar" && chart.categories.length * (longest + 1) * CHARACTER > width;
  };

  function option(chart, width) {
    const format = figures(chart.decimals);
    const isLine = chart.kind === "line";
    const isLying = lies(chart, width);
    const names = { type: "category", data: chart.categories, axisTick: { show: false },
      axisLabel: { interval: isLine ? "auto" : 0, ...(isLying && { width: width * MOST_NAME, overflow: "truncate" }) }, inverse: isLying };
    const values = { type: "value", splitNumber: isLying ? 4 : 5,
      // Between two whole numbers a count has no line, and a rate needs its decimals.
      minInterval: chart.decimals ? undefined : 1,
      axisLabel: { formatter: (value) => ticks(chart.decimals).format(value), hideOverlap: true } };
    // A figure above a bar needs its own width.
    const hasRoom = chart.series.length === 1 || width > chart.categories.length * chart.series.length * FIGURE;
    // So does the last figure at the right end of a line.
    const last = isLine ? chart.series.map((series) => series.values.at(-1)).filter((value) => value !== null) : [];
    const right = Math.max(isLying ? 64 : 24, ...last.map((value) => 14 + 7 * format.format(value).length));
    return {
      animation: !still,
      color: PALETTE,
      grid: { left: 8, right, top: chart.series.length > 1 ? 40 : 24, bottom: 8, containLabel: true },
      legend: { right: 0, top: 0, icon: "roundRect", show: chart.series.length > 1 },
      // Rich text: an HTML tooltip would need inline styles, which the page's policy refuses.
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        valueFormatter: (value) =>
          value === null || value === undefined ? "–" : `${format.format(value)} ${chart.unit}`,
      },
      xAxis: isLying ? values : names,
      yAxis: isLying ? names : values,
      series: chart.series.map((series) => ({
        name: series.name,
        type: isLine ? "line" : "bar",
        stack: chart.kind === "stacked_bar" ? "all" : undefined,
        data: series.values.map((value) => (value === null ? null : Number(value))),
        barMaxWidth: 32,
        symbol: "circle",
        lineStyle: { width: 2.5 },
        // It is drawn along the line from its first point, which has to be one.
        endLabel: { show: isLine && series.values[0] !== null, formatter: (point) => format.format(point.value) },
        label: {
          show: chart.kind === "bar" && (isLying || hasRoom),
          position: isLying ? "right" : "top",
          formatter: (point) => format.format(point.value),
        },
      })),
    };
  }

  for (const canvas of document.querySelectorAll("[data-chart]")) {
    const chart = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    if (lies(chart, canvas.clientWidth)) {
      // As high as its bars need.
      const height = AROUND + chart.categories.length * (chart.series.length * BAR + BETWEEN);
      canvas.style.height = `${Math.max(height, canvas.clientHeight)}px`;
    }
    const drawing = window.echarts.init(canvas, null, { renderer: "svg" });
    drawing.setOption(option(chart, canvas.clientWidth));
    // The page's own scroll bar takes width, too, and no window is resized for it.
    new ResizeObserver(() => {
      if (drawing.getWidth() !== canvas.clientWidth) drawing.resize();
    }).observe(canvas);
    // Paper has its own width, which nobody tells: there the drawing is scaled as a whole (print.css).
    window.addEventListener("beforeprint", () => {
      canvas.querySelector("svg").setAttribute("viewBox", `0 0 ${drawing.getWidth()} ${drawing.getHeight()}`);
    });
  }
})();

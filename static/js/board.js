/* The hall's public screen: one scene after another, for days, also after the server is lost.

   The page holds everything that it shows. Every minute it asks for itself anew; where that fails it goes
   on with what it has, asks again later and later, and says so. A chart is drawn when its scene is first seen
   and kept until its figures change: whatever a library forgets to give up, it is not asked again. */
"use strict";

(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const root = document.documentElement;
  const wide = window.matchMedia("(min-width: 900px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  const PALETTE = ["#5cc8ff", "#7ee0b5", "#c9a7ff", "#ff9db0", "#f4e285", "#9fb3c8"];
  const REFERENCE = "#ffc857";
  const INK = "#f2f6fc";
  const QUIET = "#a9bbd6";
  const RULE = "#24395a";
  const ZONE = "Asia/Shanghai";
  const MOST_WAIT = 10 * 60 * 1000;
  const PATIENCE = 15 * 1000;
  const LOST_AFTER = 2;
  const MOST_NAME = 10.5;
  const COUNTING = 900;
  const FEW_MONTHS = 12;
  const DATE_LENGTH = "Sun, 29 Nov 2026 22:14:27 GMT".length;

  const SECONDS = seconds();
  const ahead = Number(board.dataset.ahead) * 1000;
  const language = root.lang;
  const clockText = new Intl.DateTimeFormat(language, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const dayText = new Intl.DateTimeFormat(language, { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
  const weekdayText = new Intl.DateTimeFormat(language, { timeZone: ZONE, weekday: "long" });

  let scenes = [];
  let current = 0;
  let charts = [];
  let isPaused = false;
  let turning;
  let failures = 0;
  let skew = ahead;
  let tag = "";

  /* How long a scene stays: `?seconds=` of the address, else what the page says. */
  function seconds() {
    const asked = Number(new URLSearchParams(location.search).get("seconds"));
    return asked >= 5 && asked <= 600 ? asked : Number(board.dataset.seconds);
  }

  /* --- Charts ------------------------------------------------------------------------------------ */

  function rem() {
    return parseFloat(getComputedStyle(root).fontSize) || 16;
  }

  function place(id) {
    return document.getElementById(id);
  }

  function figures(chart) {
    return new Intl.NumberFormat(chart.locale === "zh" ? "zh-CN" : "en", {
      minimumFractionDigits: 0, maximumFractionDigits: chart.decimals });
  }

  function axis(size, more) {
    return { axisLabel: { color: QUIET, fontSize: size, hideOverlap: true }, axisTick: { show: false },
      axisLine: { lineStyle: { color: RULE } }, splitLine: { lineStyle: { color: RULE } }, ...more };
  }

  function numbers(series) {
    return series.values.map((value) => (value === null ? null : Number(value)));
  }

  function colored(chart) {
    let next = 0;
    return chart.series.map((series) => (series.is_reference ? REFERENCE : PALETTE[next++ % PALETTE.length]));
  }

  /* How many of its own sizes wide the words at the ends of lines are: figures whole, names broken where they are long. */
  function ending(chart) {
    const figures = widest(chart.series.map((series) => series.texts[told(series).length - 1] ?? ""));
    const names = chart.series.length > 1 ? widest(chart.series.map((series) => series.name)) : 0;
    return Math.max(figures, Math.min(names, MOST_NAME));
  }

  /* Under a line that is alone there is a light ground. */
  function ground(color) {
    const stops = [{ offset: 0, color: `${color}59` }, { offset: 1, color: `${color}00` }];
    return { color: { type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: stops } };
  }

  /* Few months have a dot each; of many, the last one and what would have no line: a month between two untold ones. */
  function dots(series) {
    const values = told(series);
    const isDot = (index) => series.values.length <= FEW_MONTHS || index === values.length - 1
      || ((values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null);
    return values.map((value, index) => (isDot(index) ? value : { value, symbol: "none" }));
  }

  function curves(chart, size, format) {
    const colors = colored(chart);
    const isOne = chart.series.length === 1;
    return {
      // The first month stands below the start of the lines.
      grid: { left: size, right: size * (ending(chart) + 0.5), top: size * 1.2, bottom: size * 0.25, containLabel: true },
      xAxis: axis(size, { type: "category", data: chart.categories, boundaryGap: false, splitLine: { show: false },
        axisLabel: { color: QUIET, fontSize: size, hideOverlap: true, margin: size * 0.7 } }),
      yAxis: axis(size, { type: "value", splitNumber: 4, minInterval: 10 ** -chart.decimals, axisLine: { show: false },
        // Where all is zero there would be no scale.
        max: (range) => (range.max > 0 ? null : 1),
        axisLabel: { color: QUIET, fontSize: size, formatter: (value) => format.format(value) } }),
      series: chart.series.map((series, number) => ({
        type: "line", name: series.name, data: dots(series), color: colors[number],
        // A name travels along its line, from the first month on: where that is not told it has no way.
        animation: !still.matches && told(series).length > 1 && series.values[0] !== null,
        symbol: "circle", symbolSize: size * 0.32, showSymbol: !series.is_reference, showAllSymbol: true,
        areaStyle: isOne ? ground(colors[number]) : undefined,
        lineStyle: { width: size * 0.16, type: series.is_reference ? "dashed" : "solid" },
        endLabel: { show: true, color: colors[number], fontSize: size, lineHeight: size * 1.2,
          width: size * ending(chart), overflow: "break",
          formatter: (point) => `${isOne ? "" : `${series.name}\n`}${series.texts[point.dataIndex]}` },
      })),
    };
  }

  /* Names at the ends of lines that lie close together stand one above the other. */
  function part(drawn, option, chart, size) {
    // Where they lie is known once they are drawn, without a way to go.
    drawn.setOption({ ...option, animation: false, series: option.series.map((one) => ({ ...one, animation: false })) });
    const isLong = widest(chart.series.map((series) => series.name)) > MOST_NAME;
    const room = size * (isLong ? 3.9 : 2.7);
    const ends = chart.series.map((series, number) => {
      const at = series.values.findLastIndex((value) => value !== null);
      return { number, at, y: at < 0 ? 0 : drawn.convertToPixel({ yAxisIndex: 0 }, Number(series.values[at])) };
    }).sort((one, other) => one.y - other.y);
    for (const at of new Set(ends.map((end) => end.at))) {
      const beside = ends.filter((end) => end.at === at);
      // Beside a line that ends before the others there are those: its name stands below its end.
      const below = at < ends.reduce((most, end) => Math.max(most, end.at), 0) ? size * 2 : 0;
      const moved = beside.map((end) => end.y + below);
      for (let index = 1; index < moved.length; index += 1) moved[index] = Math.max(moved[index], moved[index - 1] + room);
      // Too low for the drawing: the lowest stays in it, the others go up.
      for (let index = moved.length - 1, most = drawn.getHeight() - size * 3; index >= 0; index -= 1, most -= room) {
        moved[index] = Math.min(moved[index], most);
      }
      beside.forEach((end, index) => { option.series[end.number].endLabel.offset = [0, moved[index] - end.y]; });
    }
    drawn.clear();
  }

  /* Up to the last month that is told: there the line and its name end. */
  function told(series) {
    const values = numbers(series);
    return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
  }

  /* About how wide the widest text is, in its own size: Chinese characters are square. */
  function widest(texts) {
    return Math.max(...texts.map((text) => [...text].reduce((sum, one) => sum + (one >= "\u2e80" ? 1 : 0.62), 0.5)));
  }

  function bars(chart, size, format, width, height) {
    const isOne = chart.series.length === 1;
    const each = (height - size * 2) / chart.categories.length;
    return {
      grid: { left: size * 0.25, right: size * 6, top: isOne ? size * 0.5 : size * 2, bottom: size * 0.25, containLabel: true },
      legend: { show: !isOne, top: 0, left: 0, textStyle: { color: INK, fontSize: size }, itemWidth: size, itemHeight: size * 0.7 },
      // Rates are parts of a hundred, also where there is only one.
      xAxis: axis(size, { type: "value", show: false, min: 0,
        max: (range) => (chart.unit === "%" ? Math.max(range.max, 100) : null) }),
      yAxis: axis(size, { type: "category", inverse: true, data: chart.categories,
        axisLabel: { color: INK, fontSize: size, interval: 0, width: Math.min(width * 0.42, widest(chart.categories) * size),
          lineHeight: size * 1.2, overflow: each > size * 2.6 ? "break" : "truncate" }, splitLine: { show: false } }),
      series: chart.series.map((series, number) => ({
        type: "bar", name: series.name, color: PALETTE[number % PALETTE.length], barMaxWidth: size * 2,
        barCategoryGap: "28%",
        // What is not told has no bar, but its place and its word.
        data: numbers(series).map((value) => value ?? 0),
        itemStyle: { borderRadius: [0, size * 0.15, size * 0.15, 0] },
        label: { show: true, position: "right", color: INK, fontSize: size * 1.1,
          formatter: (point) => series.texts[point.dataIndex] },
      })),
    };
  }

  function parts(chart, size, format, width, height) {
    const series = chart.series[0];
    const isNarrow = width < size * 34;
    const outer = Math.min(width, height) * (isNarrow ? 0.22 : 0.36);
    return {
      series: [{
        type: "pie", radius: [outer * 0.64, outer], center: ["50%", "50%"], startAngle: 90, color: PALETTE,
        data: numbers(series).map((value, index) => ({ value, name: chart.categories[index] })),
        itemStyle: { borderColor: "#0f2038", borderWidth: size * 0.12 },
        label: { color: INK, fontSize: size * (isNarrow ? 1 : 1.1), lineHeight: size * 1.4, overflow: "break",
          width: Math.min(width / 2 - outer - size * 1.6, size * 10),
          formatter: (point) => `${point.name}\n${series.texts[point.dataIndex]}` },
        labelLine: { length: size * 0.6, length2: size * 0.6, lineStyle: { color: QUIET } },
        minShowLabelAngle: 1,
      }],
    };
  }

  const KINDS = { curves, bars, parts };

  /* The largest bars, as many as can be read; the table has all. */
  function fit(chart, size, height, panel) {
    if (chart.kind !== "bars") return chart;
    const all = chart.categories.length;
    const most = Math.max(Math.floor((height - size) / (size * 1.7 * chart.series.length)), 3);
    const told = panel.querySelector(".left-out");
    told.hidden = all <= most;
    told.textContent = told.dataset.pattern.replace("{shown}", most);
    if (all <= most) return chart;
    const cut = (list) => list.slice(0, most);
    return { ...chart, categories: cut(chart.categories),
      series: chart.series.map((series) => ({ ...series, values: cut(series.values), texts: cut(series.texts) })) };
  }

  function draw(canvas) {
    const panel = canvas.closest(".panel");
    const whole = JSON.parse(place(canvas.dataset.drawing).textContent);
    canvas.hidden = false;
    panel.classList.add("drawn");
    const size = wide.matches ? rem() : 13;
    const chart = fit(whole, size, canvas.clientHeight, panel);
    const drawn = window.echarts.init(canvas, null, { renderer: "svg" });
    const option = {
      animation: !still.matches, animationDuration: 1200, animationEasing: "cubicOut",
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
      ...KINDS[chart.kind](chart, size, figures(chart), canvas.clientWidth, canvas.clientHeight),
    };
    if (chart.kind === "curves" && chart.series.length > 1) part(drawn, option, chart, size);
    drawn.setOption(option);
    charts.push(drawn);
  }

  function clear() {
    for (const chart of charts) {
      const canvas = chart.getDom();
      chart.dispose();
      canvas.hidden = true;
    }
    charts = [];
  }

  function drawIn(element) {
    if (!window.echarts) return;
    for (const canvas of element.querySelectorAll("[data-drawing][hidden]")) draw(canvas);
  }

  /* Figures count up once: the eye goes where something moves. */
  function count(element) {
    // What is counted to, also where it is counted anew before it was reached.
    const text = element.dataset.count ||= element.textContent;
    const plain = text.replaceAll(",", "");
    if (still.matches || !/^\d+(\.\d+)?$/.test(plain)) return;
    const digits = (plain.split(".")[1] || "").length;
    const format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const began = performance.now();
    const step = (at) => {
      const part = Math.min((at - began) / COUNTING, 1);
      element.textContent = part < 1 && element.isConnected ? format.format(Number(plain) * (1 - (1 - part) ** 3)) : text;
      if (part < 1 && element.isConnected) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /* --- Scenes ------------------------------------------------------------------------------------ */

  function isLive() {
    return root.classList.contains("live");
  }

  function show(index) {
    current = (index + scenes.length) % scenes.length;
    scenes.forEach((scene, number) => { scene.hidden = number !== current; });
    const scene = scenes[current];
    const topic = scene.dataset.topic || "";
    say(place("scene-name"), topic);
    say(place("where"), scenes.length > 1 ? `${current + 1} / ${scenes.length}` : "");
    for (const link of document.querySelectorAll("#topics a")) {
      if (link.textContent !== topic) {
        link.removeAttribute("aria-current");
      } else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        // Long names, as in English, do not all fit.
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    }
    drawIn(scene);
    if (wide.matches) for (const figure of scene.querySelectorAll("[data-count]")) count(figure);
    wait();
  }

  function wait() {
    clearTimeout(turning);
    if (isLive() && !isPaused && scenes.length > 1) turning = setTimeout(() => show(current + 1), SECONDS * 1000);
  }

  /* Wide: one scene at a time. Narrow: all of them, one below the other. */
  function arrange() {
    clear();
    clearTimeout(turning);
    scenes = [...document.querySelectorAll("#scenes > .scene")];
    root.classList.toggle("live", wide.matches);
    place("pause").hidden = !wide.matches || scenes.length < 2;
    if (wide.matches) {
      show(Math.min(current, scenes.length - 1));
      return;
    }
    for (const scene of scenes) {
      scene.hidden = false;
      drawIn(scene);
    }
  }

  function pause(wanted) {
    isPaused = wanted;
    const button = place("pause");
    button.setAttribute("aria-pressed", String(isPaused));
    button.textContent = isPaused ? button.dataset.go : button.dataset.stop;
    wait();
  }

  /* --- Time -------------------------------------------------------------------------------------- */

  function now() {
    return Date.now() + skew;
  }

  function say(element, text) {
    // A text that is written again is layout again.
    if (element && element.textContent !== text) element.textContent = text;
  }

  function age(facts, seconds) {
    const minutes = Math.max(Math.floor(seconds / 60), 0);
    if (minutes < 1) return facts.dataset.now;
    if (minutes < 120) return facts.dataset.minutes.replace("{n}", minutes);
    if (minutes < 2880) return facts.dataset.hours.replace("{n}", Math.floor(minutes / 60));
    return facts.dataset.days.replace("{n}", Math.floor(minutes / 1440));
  }

  function tick() {
    const at = new Date(now());
    say(place("clock"), clockText.format(at));
    say(place("today"), `${dayText.format(at)} ${weekdayText.format(at)}`);
    const facts = place("facts");
    if (!facts.dataset.generated) return;
    const old = (now() - Date.parse(facts.dataset.generated)) / 1000;
    const isStale = old > Number(facts.dataset.staleSeconds);
    const isLost = failures >= LOST_AFTER;
    say(place("age"), age(facts, old));
    say(place("trouble"), isLost ? facts.dataset.lost : isStale ? facts.dataset.stale : "");
    facts.classList.toggle("stale", isStale || isLost);
  }

  /* --- Something newer --------------------------------------------------------------------------- */

  async function ask() {
    try {
      // No cookie: the screen is the same for everybody.
      const answer = await fetch(board.dataset.refresh, {
        cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(String(answer.status));
      // A server in front may write it a second time.
      const date = Date.parse((answer.headers.get("Date") || "").slice(0, DATE_LENGTH));
      const newTag = answer.headers.get("ETag") || "";
      // What came only in part, or from somebody else in between, is not taken.
      if (newTag !== tag || !newTag) {
        take(await answer.text());
        keep();
      }
      tag = newTag;
      if (!Number.isNaN(date)) skew = date - Date.now() + ahead;
      failures = 0;
    } catch {
      failures += 1;
    }
    tick();
    const usual = Number(board.dataset.refreshSeconds) * 1000;
    setTimeout(ask, Math.min(usual * 2 ** Math.max(failures - 1, 0), MOST_WAIT));
  }

  function take(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const found = ["scenes", "topics", "facts"].map((id) => page.getElementById(id));
    if (!page.getElementById("board") || found.includes(null)) throw new Error("another page");
    const script = (one) => one.querySelector("script[src*='board']").getAttribute("src");
    if (script(page) !== script(document)) {
      // The service was renewed: its page, styles and scripts belong together.
      location.reload();
      return;
    }
    const shown = scenes[current] && scenes[current].id;
    const isNew = found[0].innerHTML !== source;
    source = found[0].innerHTML;
    for (const one of isNew ? found : found.slice(2)) {
      place(one.id).replaceWith(document.importNode(one, true));
    }
    if (!isNew) return;
    clear();
    const again = [...document.querySelectorAll("#scenes > .scene")].findIndex((scene) => scene.id === shown);
    current = Math.max(again, 0);
    arrange();
  }

  let source = place("scenes").innerHTML;

  /* Keep both languages and the files that they need: static/js/board_worker.js opens them while the server is lost.
     Browsers allow it over HTTPS and on the server's own machine; a phone does without. */
  async function keep() {
    const worker = board.dataset.worker;
    if (!worker || !wide.matches || !navigator.serviceWorker) return;
    try {
      await navigator.serviceWorker.register(worker, { scope: worker.slice(0, worker.lastIndexOf("/")) });
      const kept = await caches.open("board");
      const known = (await kept.keys()).map((one) => one.url);
      const pages = [location.href, board.querySelector(".language").href].map((one) => one.split(/[?#]/)[0]);
      const files = performance.getEntriesByType("resource").filter((one) => one.initiatorType !== "fetch").map((one) => one.name);
      // All or nothing: a page is worth little without its files.
      await kept.addAll([...pages, ...new Set(files.filter((one) => !known.includes(one)))]);
      await Promise.all(known.filter((one) => ![...pages, ...files].includes(one)).map((one) => kept.delete(one)));
    } catch {
      // It goes on, but would not come back without its server.
    }
  }

  /* --- What people do ---------------------------------------------------------------------------- */

  place("pause").addEventListener("click", () => pause(!isPaused));
  board.addEventListener("click", (event) => {
    const link = event.target.closest("#topics a");
    if (!link || !isLive()) return;
    event.preventDefault();
    const wanted = scenes.findIndex((scene) => `#${scene.id}` === link.getAttribute("href"));
    if (wanted >= 0) show(wanted);
  });
  document.addEventListener("keydown", (event) => {
    if (!isLive() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowRight") show(current + 1);
    else if (event.key === "ArrowLeft") show(current - 1);
    else if (event.key === " " && event.target === document.body) {
      event.preventDefault();
      pause(!isPaused);
    }
  });
  let resizing;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(arrange, 200);
  });
  // Words of another font take another room: what was drawn before it came fits no more.
  document.fonts.addEventListener("loadingdone", arrange);

  arrange();
  tick();
  setInterval(tick, 5000);
  if (board.dataset.refresh) setTimeout(ask, Number(board.dataset.refreshSeconds) * 1000);
})();

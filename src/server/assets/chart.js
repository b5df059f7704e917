// Draws rows as a chart: bars of a number for each name, or points where both columns are numbers.
"use strict";

window.casegraphChart = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 720;
  const BAR = 22;
  const MOST_BARS = 60;
  const MOST_POINTS = 5000;

  const made = (parent, name, attributes, text) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const number = (cell) => (cell.trim() === "" ? NaN : Number(cell));
  const short = (text, longest) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

  // Round numbers that cover a stretch.
  function ticks(low, high) {
    const span = high - low || Math.abs(high) || 1;
    const power = 10 ** Math.floor(Math.log10(span / 5));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= 6);
    const found = [];
    for (let at = Math.floor(low / step); at <= Math.ceil(high / step); at += 1) found.push(Number((at * step).toPrecision(12)));
    return found;
  }

  const scale = ([from, to], [start, end]) => (value) => start + ((value - from) / (to - from || 1)) * (end - start);

  function axis(svg, marks, x, bottom, top, title) {
    for (const mark of marks) {
      made(svg, "line", { class: "grid", x1: x(mark), x2: x(mark), y1: top, y2: bottom });
      made(svg, "text", { x: x(mark), y: bottom + 18, "text-anchor": "middle" }, mark);
    }
    made(svg, "text", { x: (x(marks[0]) + x(marks.at(-1))) / 2, y: bottom + 38, "text-anchor": "middle" }, title);
  }

  function bars(svg, rows, name, value, columns) {
    const shown = rows.slice(0, MOST_BARS);
    const left = Math.min(260, 24 + 7.5 * Math.max(...shown.map((row) => Math.min(row[name].length, 32))));
    const values = shown.map((row) => number(row[value]));
    const marks = ticks(Math.min(0, ...values), Math.max(0, ...values));
    const x = scale([marks[0], marks.at(-1)], [left, WIDTH - 60]);
    const bottom = 12 + BAR * shown.length;
    axis(svg, marks, x, bottom, 8, columns[value]);
    shown.forEach((row, at) => {
      const y = 12 + BAR * at;
      const end = x(values[at]);
      made(svg, "text", { x: left - 8, y: y + 15, "text-anchor": "end" }, short(row[name] || "(none)", 32));
      const bar = made(svg, "rect", { x: Math.min(x(0), end), y: y + 2, width: Math.max(1, Math.abs(end - x(0))), height: BAR - 5 });
      made(bar, "title", {}, `${row[name]}: ${row[value]}`);
      made(svg, "text", { x: Math.max(x(0), end) + 5, y: y + 15 }, row[value]);
    });
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${bottom + 48}`);
    return shown.length;
  }

  function points(svg, rows, across, up, columns) {
    const shown = rows.slice(0, MOST_POINTS);
    const [xs, ys] = [across, up].map((column) => shown.map((row) => number(row[column])));
    const [marksX, marksY] = [xs, ys].map((all) => ticks(Math.min(...all), Math.max(...all)));
    const x = scale([marksX[0], marksX.at(-1)], [70, WIDTH - 20]);
    const y = scale([marksY[0], marksY.at(-1)], [380, 30]);
    axis(svg, marksX, x, 380, 30, columns[across]);
    for (const mark of marksY) {
      made(svg, "line", { class: "grid", x1: 70, x2: WIDTH - 20, y1: y(mark), y2: y(mark) });
      made(svg, "text", { x: 62, y: y(mark) + 4, "text-anchor": "end" }, mark);
    }
    made(svg, "text", { x: 12, y: 18 }, columns[up]);
    shown.forEach((row, at) => {
      const point = made(svg, "circle", { cx: x(xs[at]), cy: y(ys[at]), r: 4 });
      made(point, "title", {}, row.join(", "));
    });
    svg.setAttribute("viewBox", `0 0 ${WIDTH} 430`);
    return shown.length;
  }

  // Columns with a number in every row that has something there, and at least one.
  function numeric(rows, column) {
    const filled = rows.filter((row) => row[column] !== "");
    return filled.length > 0 && filled.every((row) => Number.isFinite(number(row[column])));
  }

  function choice(parent, label, columns, allowed, chosen, redraw) {
    const field = document.createElement("label");
    field.textContent = `${label} `;
    const select = document.createElement("select");
    for (const column of allowed) {
      const option = document.createElement("option");
      option.value = column;
      option.textContent = columns[column];
      option.selected = column === chosen;
      select.append(option);
    }
    select.addEventListener("change", redraw);
    field.append(select);
    parent.append(field, " ");
    return () => Number(select.value);
  }

  // A chart of rows of texts, or null where no column has numbers.
  return (columns, rows) => {
    const all = columns.map((_, column) => column);
    const numbers = all.filter((column) => numeric(rows, column));
    if (numbers.length === 0) return null;
    const names = all.filter((column) => !numbers.includes(column));
    const firstX = names[0] ?? numbers[0];
    const firstY = numbers.find((column) => column !== firstX) ?? firstX;
    const figure = document.createElement("figure");
    figure.className = "chart";
    const fields = document.createElement("p");
    fields.className = "actions";
    const wrap = document.createElement("div");
    wrap.className = "wrap";
    wrap.tabIndex = 0;
    const caption = document.createElement("figcaption");
    const draw = () => {
      const [across, up] = [x(), y()];
      const kept = rows.filter((row) => row[up] !== "" && (names.includes(across) || row[across] !== ""));
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", `${columns[up]} by ${columns[across]}`);
      wrap.replaceChildren(svg);
      const isBars = names.includes(across);
      const shown = kept.length === 0 ? 0 : (isBars ? bars : points)(svg, kept, across, up, columns);
      const without = rows.length - kept.length;
      caption.textContent = [
        `${columns[up]} by ${columns[across]}: ${shown} of ${rows.length} rows drawn`,
        shown < kept.length ? `the first ${shown}` : "",
        without > 0 ? `${without} without a value` : "",
      ].filter(Boolean).join("; ");
    };
    const x = choice(fields, "By", columns, all, firstX, draw);
    const y = choice(fields, "Number", columns, numbers, firstY, draw);
    figure.append(fields, wrap, caption);
    draw();
    return figure;
  };
})();

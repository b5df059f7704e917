// Draws a graph of named things: boxes, placed by forces, with lines between them.
// `npm ci && npm run build` writes src/server/assets/graph.js.
import { forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 24;
const LONGEST = 34;
// Relations are written beside the lines where there is room for them.
const WRITTEN = 16;
const STEPS = 400;
const SMALLEST = 0.75;
const KINDS = ["case", "fusion partner", "histology", "drug", "adverse event", "publication"];

const made = (name, attributes, parent) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
};
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

// Pushes boxes apart that lie over each other, along the shorter way.
function apart(padding) {
  let nodes;
  const force = () => {
    for (let i = 0; i < nodes.length; i += 1) {
      for (let j = i + 1; j < nodes.length; j += 1) {
        const [a, b] = [nodes[i], nodes[j]];
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const x = (a.width + b.width) / 2 + padding - Math.abs(dx);
        const y = HEIGHT + padding - Math.abs(dy);
        if (x <= 0 || y <= 0) continue;
        if (x < y) {
          const push = (dx < 0 ? -x : x) / 2;
          a.x -= push;
          b.x += push;
        } else {
          const push = (dy < 0 ? -y : y) / 2;
          a.y -= push;
          b.y += push;
        }
      }
    }
  };
  force.initialize = (given) => { nodes = given; };
  return force;
}

// nodes: {id, label, kind, href, centre}; edges: {source, target, label}, which name the nodes' ids.
window.casegraphGraph = (place, { nodes, edges }, name) => {
  const kinds = [...new Set(nodes.map((node) => node.kind))].filter(Boolean);
  // What a study is made of has the same colour in every graph.
  const order = [...KINDS, ...kinds.filter((kind) => !KINDS.includes(kind))];
  kinds.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const series = (kind) => (order.indexOf(kind) % 8) + 1;
  const figure = document.createElement("figure");
  figure.className = "network";
  const legend = document.createElement("figcaption");
  for (const kind of kinds) {
    const entry = document.createElement("span");
    entry.className = `k${series(kind)}`;
    entry.textContent = kind;
    legend.append(entry, " ");
  }
  const wrap = document.createElement("div");
  wrap.className = "wrap";
  wrap.tabIndex = 0;
  wrap.setAttribute("role", "group");
  wrap.setAttribute("aria-label", name);
  figure.append(legend, wrap);
  place.append(figure);
  const svg = made("svg", {}, wrap);
  const lines = made("g", { class: "edges" }, svg);
  const words = made("g", { class: "words" }, svg);
  const boxes = made("g", { class: "nodes" }, svg);

  for (const node of nodes) {
    node.element = made(node.href ? "a" : "g", { class: `k${series(node.kind)}${node.centre ? " centre" : ""}` }, boxes);
    if (node.href) node.element.setAttribute("href", node.href);
    made("title", {}, node.element).textContent = node.kind ? `${node.label} (${node.kind})` : node.label;
    node.box = made("rect", { height: HEIGHT, y: -HEIGHT / 2, rx: node.kind === "case" ? 2 : HEIGHT / 2 }, node.element);
    node.text = made("text", { y: 4.5, "text-anchor": "middle" }, node.element);
    node.text.textContent = short(node.label);
    node.width = node.text.getComputedTextLength() + 20;
    node.box.setAttribute("width", node.width);
    node.box.setAttribute("x", -node.width / 2);
  }
  for (const edge of edges) {
    edge.line = made("line", {}, lines);
    made("title", {}, edge.line).textContent = edge.label;
    if (edges.length <= WRITTEN) {
      edge.word = made("text", { "text-anchor": "middle" }, words);
      edge.word.textContent = edge.label;
    }
  }
  // The same graph has the same picture: nothing here is left to chance.
  const layout = forceSimulation(nodes)
    .force("links", forceLink(edges).id((node) => node.id).distance(edges.length <= WRITTEN ? 170 : 130))
    .force("charge", forceManyBody().strength(-900).distanceMax(320))
    .force("x", forceX(() => 0).strength(0.05))
    .force("y", forceY(() => 0).strength(0.12))
    .force("apart", apart(14))
    .stop();
  const centre = nodes.find((node) => node.centre);
  if (centre) [centre.fx, centre.fy] = [0, 0];
  layout.tick(STEPS);

  const draw = () => {
    for (const node of nodes) node.element.setAttribute("transform", `translate(${node.x.toFixed(1)} ${node.y.toFixed(1)})`);
    for (const { source, target, line, word } of edges) {
      line.setAttribute("x1", source.x);
      line.setAttribute("y1", source.y);
      line.setAttribute("x2", target.x);
      line.setAttribute("y2", target.y);
      word?.setAttribute("x", (source.x + target.x) / 2);
      word?.setAttribute("y", (source.y + target.y) / 2 - 3);
    }
  };
  const frame = () => {
    const left = Math.min(...nodes.map((node) => node.x - node.width / 2)) - 12;
    const right = Math.max(...nodes.map((node) => node.x + node.width / 2)) + 12;
    const top = Math.min(...nodes.map((node) => node.y)) - HEIGHT;
    const bottom = Math.max(...nodes.map((node) => node.y)) + HEIGHT;
    svg.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
    svg.setAttribute("width", right - left);
    svg.setAttribute("height", bottom - top);
    // Wide graphs are scrolled rather than made too small to read.
    svg.style.minWidth = `${SMALLEST * (right - left)}px`;
  };
  draw();
  frame();

  const near = (node, on) => {
    svg.classList.toggle("chosen", on);
    for (const { source, target, line, word } of edges) {
      const hit = on && (source === node || target === node);
      line.classList.toggle("near", hit);
      word?.classList.toggle("near", hit);
      if (!hit) continue;
      source.element.classList.add("near");
      target.element.classList.add("near");
    }
    node.element.classList.toggle("near", on);
    if (!on) for (const other of nodes) other.element.classList.remove("near");
  };
  for (const node of nodes) {
    const { element } = node;
    element.addEventListener("pointerenter", () => near(node, true));
    element.addEventListener("pointerleave", () => near(node, false));
    element.addEventListener("focus", () => near(node, true));
    element.addEventListener("blur", () => near(node, false));
    // A box can be pulled elsewhere; one that was pulled is not also followed as a link.
    let from = null;
    let pulled = false;
    element.addEventListener("dragstart", (event) => event.preventDefault());
    element.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch") return;
      from = [event.clientX, event.clientY, node.x, node.y, svg.viewBox.baseVal.width / svg.getBoundingClientRect().width];
      pulled = false;
    });
    element.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y, startX, startY, scale] = from;
      if (!pulled && Math.hypot(event.clientX - x, event.clientY - y) < 4) return;
      if (!pulled) element.setPointerCapture(event.pointerId);
      pulled = true;
      node.x = startX + (event.clientX - x) * scale;
      node.y = startY + (event.clientY - y) * scale;
      draw();
    });
    element.addEventListener("pointerup", () => {
      if (pulled) frame();
      from = null;
    });
    element.addEventListener("click", (event) => {
      if (pulled) event.preventDefault();
      pulled = false;
    });
  }
  return figure;
};

// A table of connections is drawn in its place, and stays for who wants to read it.
for (const table of document.querySelectorAll("table[data-graph]")) {
  const nodes = new Map();
  const edges = [];
  const node = (cell) => {
    const label = cell.textContent.trim();
    const id = `${cell.dataset.kind} ${label}`;
    if (!nodes.has(id)) {
      nodes.set(id, {
        id, label, kind: cell.dataset.kind, href: cell.querySelector("a")?.getAttribute("href"), centre: "centre" in cell.dataset,
      });
    }
    return id;
  };
  for (const { cells } of table.tBodies[0].rows) {
    edges.push({ source: node(cells[0]), target: node(cells[2]), label: cells[1].textContent });
  }
  const details = table.closest("details");
  const place = document.createElement("div");
  details.before(place);
  window.casegraphGraph(place, { nodes: [...nodes.values()], edges }, "Graph of the connections");
  details.open = false;
}

// The page with the editor: asks without leaving the page, and shows the answer as table, chart or graph.
"use strict";

const form = document.getElementById("ask");
const area = document.getElementById("query");
const told = document.getElementById("told");
const result = document.getElementById("result");
const downloads = document.getElementById("downloads");
const SHOWN = 1000;
// Connections of a graph that is drawn.
const CONNECTIONS = 150;
const CASE = /\/case\/([^/]+)$/;
const caseLink = (key) => `/cases/${encodeURIComponent(decodeURIComponent(key[1]))}`;

const prefixes = [...document.querySelectorAll("#prefixes tr")].map((row) =>
  [...row.querySelectorAll("code")].map((cell) => cell.textContent),
);
const editor = window.casegraphEditor ? window.casegraphEditor(area, prefixes, () => form.requestSubmit()) : null;
const text = () => (editor ? editor.text() : area.value);
const set = (value) => (editor ? editor.set(value) : (area.value = value));

function shorten(iri) {
  let best = null;
  for (const [prefix, namespace] of prefixes) {
    if (iri.startsWith(namespace) && (!best || namespace.length > best[1].length)) best = [prefix, namespace];
  }
  return best ? best[0] + iri.slice(best[1].length) : `<${iri}>`;
}

function cell(term) {
  const td = document.createElement("td");
  if (!term) {
    td.className = "missing";
  } else if (term.type === "uri") {
    const key = term.value.match(CASE);
    if (key) {
      const link = document.createElement("a");
      link.href = caseLink(key);
      link.textContent = shorten(term.value);
      td.append(link);
    } else {
      td.textContent = shorten(term.value);
      td.title = term.value;
    }
  } else {
    td.textContent = term.type === "bnode" ? `_:${term.value}` : term.value;
    if (/#(integer|decimal|double|float)$/.test(term.datatype ?? "")) td.className = "num";
  }
  return td;
}

// What a term is called in a chart or a graph.
const name = (term) => {
  if (!term) return "";
  if (term.type === "uri") return shorten(term.value);
  return term.type === "bnode" ? `_:${term.value}` : term.value;
};

function table(columns, rows) {
  const wrap = document.createElement("div");
  wrap.className = "table-wrap";
  wrap.tabIndex = 0;
  const made = document.createElement("table");
  const row = made.createTHead().insertRow();
  for (const column of columns) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = column;
    row.append(th);
  }
  const body = made.createTBody();
  for (const terms of rows.slice(0, SHOWN)) {
    const tr = document.createElement("tr");
    tr.append(...terms.map(cell));
    body.append(tr);
  }
  wrap.append(made);
  return wrap;
}

const NUMBER = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;

// Connections of triples, or of rows: each row connects what stands in its first column of names with
// what stands in the others.
function connections(columns, rows, triples) {
  if (triples) return rows.map(([subject, predicate, object]) => [subject, object, name(predicate)]);
  const names = columns.map((_, at) => at).filter((at) => rows.some((row) => row[at]) && rows.every((row) => !NUMBER.test(row[at]?.datatype ?? "")));
  const [first, ...others] = names;
  return rows.flatMap((row) => others.map((at) => [row[first], row[at], columns[at]])).filter(([from, to]) => from && to);
}

// What an IRI names: the folder of a study's thing, or the prefix.
const WORDS = { gene: "fusion partner", event: "adverse event" };
function kindOf(iri) {
  if (CASE.test(iri)) return "case";
  const part = iri.match(/\/case\/[^/]+\/([^/]+)/);
  const kind = part ? part[1] : shorten(iri).match(/^([^<:]+):/)?.[1] ?? "IRI";
  return WORDS[kind] ?? kind;
}

function graph(columns, rows, triples) {
  const found = connections(columns, rows, triples);
  if (found.length === 0) return null;
  const nodes = new Map();
  const node = (term) => {
    const id = `${term.type} ${term.value}`;
    const key = term.type === "uri" && term.value.match(CASE);
    const kind = term.type === "uri" ? kindOf(term.value) : "text";
    if (!nodes.has(id)) nodes.set(id, { id, label: name(term), kind, href: key ? caseLink(key) : undefined });
    return id;
  };
  const edges = new Map();
  for (const [from, to, label] of found) {
    if (edges.size === CONNECTIONS) break;
    const edge = { source: node(from), target: node(to), label };
    edges.set(`${edge.source} ${label} ${edge.target}`, edge);
  }
  const place = document.createElement("div");
  return {
    place,
    draw: () => {
      window.casegraphGraph(place, { nodes: [...nodes.values()], edges: [...edges.values()] }, "Graph of the answer");
      if (found.length > edges.size) {
        const note = document.createElement("p");
        note.className = "method";
        note.textContent = `${edges.size} connections of ${found.length} are drawn: ${edges.size === CONNECTIONS ? "the first" : "the others say the same"}.`;
        place.append(note);
      }
    },
  };
}

function pre(content) {
  const made = document.createElement("pre");
  made.tabIndex = 0;
  made.textContent = content;
  return made;
}

// Triples as they come in JSON-LD without a context.
function triplesOf(nodes) {
  const triples = [];
  const term = (value) => ("@value" in value
    ? { type: "literal", value: String(value["@value"]), datatype: value["@type"] }
    : iri(value["@id"]));
  const iri = (id) => (id.startsWith("_:") ? { type: "bnode", value: id.slice(2) } : { type: "uri", value: id });
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  for (const node of nodes) {
    const subject = iri(node["@id"]);
    for (const type of node["@type"] ?? []) triples.push([subject, iri(TYPE), iri(type)]);
    for (const [property, values] of Object.entries(node)) {
      if (!property.startsWith("@")) for (const value of values) triples.push([subject, iri(property), term(value)]);
    }
  }
  return triples;
}

async function post(query, accept) {
  const answer = await fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: accept },
    body: query,
  });
  return answer;
}

// An empty answer often comes from a misspelt name: says which names nothing in the store has.
function warn(unknown) {
  if (!unknown) return;
  const callout = document.createElement("p");
  callout.className = "callout warn";
  callout.textContent = `${unknown.replaceAll(" | ", ". ")}.`;
  result.append(callout);
}

let asked = 0;

async function ask() {
  asked += 1;
  const own = asked;
  const query = text();
  history.replaceState(null, "", `?${new URLSearchParams({ query })}`);
  told.textContent = "asking …";
  result.replaceChildren();
  downloads.hidden = true;
  const started = performance.now();
  try {
    const answer = await post(query, "application/sparql-results+json, application/ld+json;q=0.9");
    const kind = answer.headers.get("Content-Type") ?? "";
    const body = await answer.text();
    // Somebody asked something else meanwhile.
    if (own !== asked) return;
    const snapshot = answer.headers.get("Casegraph-Snapshot");
    const time = `${Math.round(performance.now() - started)} ms${snapshot ? `; snapshot ${snapshot}` : ""}`;
    warn(answer.headers.get("Casegraph-Unknown"));
    if (!answer.ok) {
      let detail = body;
      try { detail = JSON.parse(body).detail; } catch { /* the text says it */ }
      told.textContent = "";
      const callout = document.createElement("p");
      callout.className = "callout warn";
      callout.setAttribute("role", "alert");
      callout.textContent = detail;
      result.append(callout);
      return;
    }
    const data = JSON.parse(body);
    if ("boolean" in data) {
      told.textContent = `${data.boolean ? "yes" : "no"}, ${time}`;
      return;
    }
    const triples = kind.startsWith("application/ld+json");
    const columns = triples ? ["subject", "predicate", "object"] : data.head.vars;
    const rows = triples
      ? triplesOf(Array.isArray(data) ? data : (data["@graph"] ?? [data]))
      : data.results.bindings.map((binding) => columns.map((column) => binding[column]));
    const more = rows.length > SHOWN ? `; the table shows the first ${SHOWN}, the files have all` : "";
    told.textContent = `${rows.length} ${triples ? "triples" : "rows"}, ${time}${more}`;
    show(query, columns, rows, triples);
    offer(query, triples);
  } catch (error) {
    if (own === asked) told.textContent = `the server gave no whole answer: ${error.message}`;
  }
}

// The answer in each way that it can be seen, one at a time; what is not looked at is not drawn.
function show(query, columns, rows, triples) {
  const drawn = graph(columns, rows, triples);
  const ways = [["Table", () => table(columns, rows)]];
  if (!triples) ways.push(["Chart", () => window.casegraphChart(columns, rows.map((row) => row.map(name)))]);
  if (drawn) ways.push(["Graph", () => drawn.place, drawn.draw]);
  if (triples) {
    ways.push(["Turtle", () => {
      const made = pre("asking …");
      post(query, "text/turtle").then((answer) => answer.text()).then((turtle) => { made.textContent = turtle; });
      return made;
    }]);
  }
  const bar = document.createElement("p");
  bar.className = "ways";
  const place = document.createElement("div");
  const buttons = ways.map(([label, make, after]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-pressed", "false");
    let made;
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      const first = made === undefined;
      made ??= make();
      if (made === null) {
        made = document.createElement("p");
        made.textContent = "No column of this answer has only numbers: there is nothing to chart.";
      }
      place.replaceChildren(made);
      // A graph measures its texts, and has to be in the page for that.
      if (first) after?.();
    });
    return button;
  });
  bar.append(...buttons);
  result.append(bar, place);
  buttons[0].click();
}

const FILES = [["CSV", "text/csv"], ["TSV", "text/tab-separated-values"], ["JSON", "application/sparql-results+json"]];
const TRIPLE_FILES = [["TTL", "text/turtle"], ["NT", "application/n-triples"], ["JSONLD", "application/ld+json"]];

function offer(query, triples) {
  downloads.hidden = false;
  downloads.replaceChildren("Download: ");
  for (const [label, media] of triples ? TRIPLE_FILES : FILES) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", async () => {
      const answer = await post(query, media);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `answer.${label.toLowerCase()}`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
    downloads.append(button, " ");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});

// The saved analyses as examples, from their description.
fetch("/.well-known/sparql-examples", { headers: { Accept: "application/ld+json" } })
  .then((answer) => answer.json())
  .then((nodes) => {
    const graph = Array.isArray(nodes) ? nodes : (nodes["@graph"] ?? []);
    const list = document.getElementById("examples");
    const first = (node, name) => node[name]?.[0]?.["@value"];
    for (const node of graph) {
      const query = first(node, "http://www.w3.org/ns/shacl#select");
      if (!query) continue;
      const option = document.createElement("option");
      option.textContent = first(node, "http://www.w3.org/2000/01/rdf-schema#comment");
      option.value = query;
      list.append(option);
    }
    list.addEventListener("change", () => { if (list.value) set(list.value); });
    document.getElementById("examples-field").hidden = false;
  })
  .catch(() => {});

if (new URLSearchParams(location.search).has("query")) ask();

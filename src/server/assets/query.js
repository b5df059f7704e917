// The page with the editor: asks without leaving the page, and shows rows as a table.
"use strict";

const form = document.getElementById("ask");
const area = document.getElementById("query");
const told = document.getElementById("told");
const result = document.getElementById("result");
const downloads = document.getElementById("downloads");
const SHOWN = 1000;

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
    const key = term.value.match(/\/case\/([^/]+)$/);
    if (key) {
      const link = document.createElement("a");
      link.href = `/cases/${encodeURIComponent(decodeURIComponent(key[1]))}`;
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

function table({ head, results }) {
  const wrap = document.createElement("div");
  wrap.className = "table-wrap";
  wrap.tabIndex = 0;
  const made = document.createElement("table");
  const row = made.createTHead().insertRow();
  for (const name of head.vars) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    row.append(th);
  }
  const body = made.createTBody();
  for (const binding of results.bindings.slice(0, SHOWN)) {
    const tr = document.createElement("tr");
    tr.append(...head.vars.map((name) => cell(binding[name])));
    body.append(tr);
  }
  wrap.append(made);
  return wrap;
}

function pre(content) {
  const made = document.createElement("pre");
  made.tabIndex = 0;
  made.textContent = content;
  return made;
}

async function ask() {
  const query = text();
  history.replaceState(null, "", `?${new URLSearchParams({ query })}`);
  told.textContent = "asking …";
  result.replaceChildren();
  downloads.hidden = true;
  const started = performance.now();
  try {
    const answer = await fetch("/sparql", {
      method: "POST",
      headers: {
        "Content-Type": "application/sparql-query",
        Accept: "application/sparql-results+json, text/turtle;q=0.9",
      },
      body: query,
    });
    const kind = answer.headers.get("Content-Type") ?? "";
    const body = await answer.text();
    const time = `${Math.round(performance.now() - started)} ms`;
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
    if (kind.startsWith("text/turtle")) {
      told.textContent = `triples, ${time}`;
      result.append(pre(body));
      return;
    }
    const data = JSON.parse(body);
    if ("boolean" in data) {
      told.textContent = `${data.boolean ? "yes" : "no"}, ${time}`;
      return;
    }
    const count = data.results.bindings.length;
    told.textContent = `${count} rows, ${time}${count > SHOWN ? `; the first ${SHOWN} are shown, all are in the files` : ""}`;
    result.append(table(data));
    offer(query);
  } catch (error) {
    told.textContent = `the server gave no whole answer: ${error.message}`;
  }
}

function offer(query) {
  downloads.hidden = false;
  downloads.replaceChildren("Download: ");
  for (const [name, media] of [["CSV", "text/csv"], ["TSV", "text/tab-separated-values"], ["JSON", "application/sparql-results+json"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", async () => {
      const answer = await fetch("/sparql", {
        method: "POST",
        headers: { "Content-Type": "application/sparql-query", Accept: media },
        body: query,
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `answer.${name.toLowerCase()}`;
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

// Filters and sorts the table of cases at once, from one file with all of them. Without a script the
// same form asks the server.
"use strict";

const SHOWN = 100;
const form = document.getElementById("filter");
const body = document.querySelector("#cases tbody");
const heads = [...document.querySelectorAll("#cases thead th")];
const told = document.getElementById("told");

// A value without what is said of it.
const bare = (value) => value.replace(/ \((derived|inferred)\)$/, "");
const values = (cell) => cell.split("; ").map(bare);
// Where the cells of a row are that the table shows.
const columns = heads.map((head) => Number(head.dataset.column));

function compare(one, other) {
  const [a, b] = [bare(one), bare(other)];
  const [x, y] = [Number(a), Number(b)];
  if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0;
}

function start({ rows, counted, classes }) {
  const counts = (row) => row[counted] === "yes";
  const words = rows.map((row) => row.join(" ").toLowerCase());
  const address = new URLSearchParams(location.search);
  let sort = heads.findIndex((head) => head.hasAttribute("aria-sort"));
  let descending = address.get("order") === "descending";
  let most = SHOWN;

  function cell(text, place) {
    const td = document.createElement("td");
    td.className = `${heads[place].classList.contains("num") ? "num" : ""}${text === "" ? " missing" : ""}`.trim();
    if (place === 0) {
      const link = document.createElement("a");
      link.href = `/cases/${encodeURIComponent(text)}`;
      link.textContent = text;
      td.append(link);
    } else {
      td.textContent = text;
    }
    return td;
  }

  // A class is had by who has something that lies below it.
  const has = (row, column, wanted) =>
    values(row[column]).some((value) => value === wanted || classes[column]?.[value]?.includes(wanted));

  function show() {
    const fields = new FormData(form);
    const wanted = (fields.get("search") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")]
      .map((select) => [Number(select.dataset.column), select.value])
      .filter(([, value]) => value !== "");
    const found = [];
    rows.forEach((row, at) => {
      if (!wanted.every((word) => words[at].includes(word))) return;
      if (!chosen.every(([column, value]) => has(row, column, value))) return;
      found.push(row);
    });
    if (sort >= 0) {
      const column = columns[sort];
      found.sort((a, b) => {
        const first = counts(b) - counts(a) || (a[column] === "") - (b[column] === "");
        return first || (descending ? -1 : 1) * compare(a[column], b[column]);
      });
    }
    body.replaceChildren(
      ...found.slice(0, most).map((row) => {
        const tr = document.createElement("tr");
        if (!counts(row)) tr.className = "uncounted";
        tr.append(...columns.map((column, place) => cell(row[column], place)));
        return tr;
      }),
    );
    const rest = found.length - Math.min(most, found.length);
    const kept = found.length === 0 ? ": none has all of this" : `, of which ${found.filter(counts).length} count`;
    told.textContent = `${found.length} of ${rows.length} cases${kept}${rest > 0 ? `; the first ${most} are shown` : ""}`;
    if (rest > 0) {
      const more = document.createElement("button");
      more.type = "button";
      more.textContent = `show all ${found.length}`;
      more.addEventListener("click", () => {
        most = Infinity;
        show();
      });
      told.append(" ", more);
    }
    const next = new URLSearchParams([...fields].filter(([, value]) => value !== ""));
    heads.forEach((head, column) => {
      if (column === sort) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (sort >= 0) {
      const link = new URL(heads[sort].querySelector("a").href);
      next.set("sort", link.searchParams.get("sort"));
      if (descending) next.set("order", "descending");
    }
    history.replaceState(null, "", next.size ? `?${next}` : location.pathname);
  }

  document.getElementById("pages")?.remove();
  form.addEventListener("input", () => { most = SHOWN; show(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  heads.forEach((head, column) => {
    head.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      descending = column === sort && !descending;
      sort = column;
      show();
    });
  });
  show();
}

fetch("/cases.json").then((answer) => answer.json()).then(start).catch(() => {});

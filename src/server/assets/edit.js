// Keeps what is typed into a form until it is written, completes lists, and takes the token out of the address.
// Without a script every form works, and nothing is kept.
"use strict";

const token = document.querySelector("#sign-in #token");
if (token && location.hash.length > 1) {
  token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector("#curator").focus();
}

for (const form of document.querySelectorAll("form[data-goes-to]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = form.dataset.goesTo + encodeURIComponent(form.querySelector("input").value);
  });
}

// Of a long list a page has the beginning: the server is asked for what was typed. A list of values is completed behind
// its last semicolon.
for (const field of document.querySelectorAll("input[list]")) {
  const list = document.getElementById(field.getAttribute("list"));
  if (!list) continue;
  const several = "list" in field.dataset;
  const own = list.cloneNode(true);
  own.id = `${field.id}-list`;
  field.after(own);
  field.setAttribute("list", own.id);
  let offered = [...list.options].map((option) => ({ value: option.value, label: option.textContent }));
  let turn = 0;
  const show = () => {
    const before = several ? field.value.slice(0, field.value.lastIndexOf(";") + 1) : "";
    own.replaceChildren(...offered.map(({ value, label }) => new Option(label, before ? `${before} ${value}` : value)));
  };
  field.addEventListener("input", async () => {
    show();
    if (!list.dataset.more) return;
    const mine = ++turn;
    await new Promise((go) => setTimeout(go, 120));
    if (mine !== turn) return;
    const typed = several ? field.value.slice(field.value.lastIndexOf(";") + 1) : field.value;
    try {
      const answer = await fetch(`${list.dataset.more}?q=${encodeURIComponent(typed.trim())}`);
      if (!answer.ok || mine !== turn) return;
      offered = await answer.json();
      show();
    } catch { /* Without an answer the list stays as it is. */ }
  });
}

const form = document.querySelector("form#row");
if (form) {
  const key = `casegraph-draft:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((field) => /^[cm]\./.test(field.name));
  const typed = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));
  const first = JSON.stringify(typed());
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (text) => { try { text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text); } catch { /* No room, or not allowed. */ } };
  const kept = stored();
  const told = document.querySelector("#kept");
  if (kept && kept !== first && !document.querySelector("#tried")) {
    told.hidden = false;
    document.querySelector("#take-back").addEventListener("click", () => {
      const values = JSON.parse(kept);
      for (const field of fields()) if (field.name in values) field.value = values[field.name];
      told.hidden = true;
    });
    document.querySelector("#let-go").addEventListener("click", () => { keep(null); told.hidden = true; });
  }
  form.addEventListener("input", () => keep(JSON.stringify(typed())));
  form.addEventListener("submit", (event) => {
    keep(JSON.stringify(typed()));
    if (event.submitter?.value === "write") sessionStorage.setItem("casegraph-writing", key);
  });
}

// What was written need not be kept any more.
if (document.querySelector("#written")) {
  const key = sessionStorage.getItem("casegraph-writing");
  if (key) { localStorage.removeItem(key); sessionStorage.removeItem("casegraph-writing"); }
}

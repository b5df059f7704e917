// Hides what does not have the words that are searched for. Without a script everything is shown.
"use strict";

for (const field of document.querySelectorAll("input[data-filter]")) {
  const things = [...document.querySelectorAll(field.dataset.filter)];
  const words = things.map((thing) => `${thing.textContent} ${thing.dataset.words ?? ""}`.toLowerCase());
  const told = field.form.querySelector("output");
  const filter = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    things.forEach((thing, at) => {
      thing.hidden = !wanted.every((word) => words[at].includes(word));
      left += thing.hidden ? 0 : 1;
    });
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = ![...group.querySelectorAll(field.dataset.filter)].some((thing) => !thing.hidden);
    }
    told.textContent = wanted.length ? `${left} of ${things.length}${left === 0 ? ": none has all of these words" : ""}` : "";
  };
  field.addEventListener("input", filter);
  field.form.addEventListener("submit", (event) => event.preventDefault());
  if (field.value) filter();
}

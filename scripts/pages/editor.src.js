// The editor of the query page: CodeMirror with SPARQL, and completion from the study's own terms.
// `npm ci && npm run build` writes src/server/assets/editor.js.
import { autocompletion } from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

// The colours of the figures, so that they follow light and dark.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--cg-s1)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--cg-s2)" },
  { tag: tags.string, color: "var(--cg-s3)" },
  { tag: tags.comment, color: "var(--cg-muted)", fontStyle: "italic" },
  { tag: [tags.atom, tags.number], color: "var(--cg-s4)" },
]);

// Within a shadow root CodeMirror's own styles are style sheets that a strict policy lets through, and
// the page's rules end at its border: what they would say is said here.
const theme = EditorView.theme({
  "&": {
    border: "1px solid var(--cg-muted)",
    borderRadius: "4px",
    maxHeight: "32rem",
    background: "var(--cg-paper)",
    color: "var(--cg-ink)",
  },
  "&.cm-focused": { outline: "3px solid var(--cg-accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--cg-mono)", fontSize: ".9rem", overflow: "auto" },
  ".cm-gutters": {
    background: "var(--cg-wash)",
    color: "var(--cg-muted)",
    borderRight: "1px solid var(--cg-line)",
  },
  ".cm-content": { caretColor: "var(--cg-ink)" },
  ".cm-cursor": { borderLeftColor: "var(--cg-ink)" },
  // The colours of the words are chosen for the paper.
  ".cm-activeLine": { background: "transparent" },
  ".cm-activeLineGutter": { background: "var(--cg-note-wash)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--cg-line) !important" },
  ".cm-tooltip": { background: "var(--cg-wash)", color: "var(--cg-ink)", borderColor: "var(--cg-line)" },
});

// Classes, properties and concepts of the study, as prefixed names with their labels; those that the study adds too. What
// is linked may be a hundred thousand terms, which would leave these no place.
const TERMS = `SELECT DISTINCT ?term ?label WHERE {
  { ?term a rdf:Property } UNION { ?term a owl:ObjectProperty } UNION { ?term a owl:DatatypeProperty }
  UNION { ?term a rdfs:Class } UNION { ?term a owl:Class } UNION { ?term a skos:Concept }
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/casegraph/"))
  OPTIONAL { ?term rdfs:label ?name } OPTIONAL { ?term skos:prefLabel ?preferred }
  BIND(STR(COALESCE(?preferred, ?name)) AS ?label)
} LIMIT 5000`;

async function terms(prefixes) {
  const answer = await fetch(`/sparql?${new URLSearchParams({ query: TERMS })}`, {
    headers: { Accept: "application/sparql-results+json" },
  });
  const { results } = await answer.json();
  const options = [];
  for (const { term, label } of results.bindings) {
    const known = prefixes.find(([, namespace]) => term.value.startsWith(namespace));
    if (!known) continue;
    options.push({ label: known[0] + term.value.slice(known[1].length), detail: label?.value, type: "class" });
  }
  return options;
}

const KEYWORDS = [
  "SELECT", "DISTINCT", "WHERE", "OPTIONAL", "FILTER", "UNION", "MINUS", "BIND", "VALUES", "GRAPH",
  "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET", "COUNT", "SUM", "AVG", "MIN", "MAX",
  "GROUP_CONCAT", "SAMPLE", "ASK", "CONSTRUCT", "DESCRIBE", "EXISTS", "NOT EXISTS", "BOUND", "COALESCE",
];

window.casegraphEditor = (area, prefixes, submit) => {
  let known = [
    ...KEYWORDS.map((label) => ({ label, type: "keyword" })),
    ...prefixes.map(([label, namespace]) => ({ label, detail: namespace, type: "namespace" })),
  ];
  terms(prefixes).then((more) => { known = known.concat(more); }).catch(() => {});
  const complete = (context) => {
    const word = context.matchBefore(/[\w:-]+/);
    if (!word && !context.explicit) return null;
    return { from: word ? word.from : context.pos, options: known, validFor: /^[\w:-]*$/ };
  };
  const place = document.createElement("div");
  const root = place.attachShadow({ mode: "open" });
  area.hidden = true;
  area.after(place);
  const view = new EditorView({
    root,
    parent: root,
    doc: area.value,
    extensions: [
      basicSetup,
      StreamLanguage.define(sparql),
      syntaxHighlighting(colours),
      theme,
      autocompletion({ override: [complete] }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "SPARQL" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { submit(); return true; } }])),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
  };
};

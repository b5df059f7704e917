"""What a saved analysis found."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Optional

from ._ask import Asked, Pairs
from ._figure import Figure
from ._frames import frame

if TYPE_CHECKING:
    import pandas


class Result:
    """What a saved analysis found, with who was counted and what belongs to the numbers.

    >>> import casegraph as cg
    >>> r = cg.open().run("survival/overall")
    >>> len(r.result["overall"]["curve"]["time"]) > 0
    True
    >>> r.rows["event"].dtype.name
    'boolean'
    """

    def __init__(self, asked: Asked, name: str, set: Pairs, choices: Pairs, json_text: bytes) -> None:
        self._asked = asked
        self._name, self._set, self._choices = name, set, choices
        self.json: dict[str, Any] = json.loads(json_text)
        """All of it, as ``casegraph run --format json`` writes it."""

    @property
    def analysis(self) -> str:
        """The whole name of the analysis."""
        return str(self.json["analysis"])

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return str(self.json["summary"])

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters in force, also those that were not set."""
        return dict(self.json["parameters"])

    @property
    def result(self) -> Any:
        """The numbers at full precision; ``None`` where the rows are the result."""
        return self.json["result"]

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows as plain Python, for which no other package is needed."""
        return list(self.json["rows"])

    @property
    def rows(self) -> "pandas.DataFrame":
        """The rows that the result was computed from, as a pandas DataFrame.

        Booleans with gaps are nullable, codes are categories, months are floats with NaN. ``attrs`` has
        analysis, parameters, method, cautions and snapshot.
        """
        rows = self.rows_as("pandas")
        rows.attrs.update(
            analysis=self.analysis,
            parameters=self.parameters,
            method=self.method,
            cautions=self.cautions,
            snapshot=self.snapshot,
        )
        return rows

    def rows_as(self, library: str) -> Any:
        """The rows as a data frame of ``"pandas"`` or ``"polars"``."""
        return frame(self.json["rows"], self.json["columns"], library)

    @property
    def table(self) -> "pandas.DataFrame":
        """The printed tables, tidy: one row a cell, with its text and the number behind it."""
        return self.table_as("pandas")

    def table_as(self, library: str) -> Any:
        """The printed tables as a data frame of ``"pandas"`` or ``"polars"``."""
        rows = []
        for number, table in enumerate(self.json["tables"], 1):
            for line, cells in enumerate(table["rows"], 1):
                # What a row is of stands in its first cell.
                of = cells[0]["text"] if cells else ""
                for column, cell in zip(table["columns"], cells):
                    rows.append(
                        {
                            "table": table["title"] or str(number),
                            "row": line,
                            "of": of,
                            "column": column["name"],
                            "role": column["role"],
                            "text": cell["text"],
                            **{key: cell.get(key) for key in ("number", "lower", "upper", "successes", "n")},
                        }
                    )
        return frame(rows, _TABLE, library)

    @property
    def ledger(self) -> "pandas.DataFrame":
        """Who was counted, who has the event, and who was left out and why: one row a unit."""
        return frame(self.ledger_records, _LEDGER)

    @property
    def ledger_records(self) -> list[dict[str, Any]]:
        """The ledger as plain Python."""
        numerator = self.json["numerator"]
        with_event = set(numerator or [])
        counted = [
            {"unit": unit, "counted": True, "numerator": None if numerator is None else unit in with_event}
            for unit in self.json["counted"]
        ]
        left_out = [
            {"unit": unit, "counted": False, "reason": exclusion["reason"]}
            for exclusion in self.json["excluded"]
            for unit in exclusion["units"]
        ]
        return counted + left_out

    @property
    def cautions(self) -> list[str]:
        """What must be known to read the numbers."""
        return list(self.json["cautions"])

    @property
    def method(self) -> str:
        """How the numbers were computed."""
        return str(self.json["method"])

    @property
    def cite(self) -> str:
        """The references of the methods, as BibTeX."""
        return "\n".join(one["bibtex"] for one in self.json["references"])

    @property
    def made_from(self) -> str:
        """The study, the version of the program and the snapshot, in a line."""
        return str(self.json["made_from"])

    @property
    def snapshot(self) -> Optional[str]:
        """The beginning of the SHA-256 of the snapshot that was asked."""
        found = re.search(r"snapshot sha256 ([0-9a-f]+)", self.made_from)
        return found.group(1) if found else None

    def plot(self) -> Figure:
        """The figure of the analysis, as SVG; a notebook shows it."""
        svg = self._asked.analysis(self._name, self._set, self._choices, "svg")
        return Figure(svg.decode())

    def _counted(self) -> str:
        counted, left_out = len(self.json["counted"]), self.json["excluded"]
        of = counted + sum(len(exclusion["units"]) for exclusion in left_out)
        if of == 0:
            return ""
        reasons = "; ".join(f"{one['reason']} ({len(one['units'])})" for one in left_out)
        return f"Counted: {counted} of {of}." + (f" Left out: {reasons}." if reasons else "")

    def __repr__(self) -> str:
        return f"<casegraph result {self.analysis}: {len(self.json['rows'])} rows. {self._counted()}>"

    def _repr_html_(self) -> str:
        say = html.escape
        parts = [f"<h4>{say(self.title)}</h4>"]
        set_to = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        if set_to:
            parts.append(f"<p>{say(set_to)}</p>")
        for table in self.json["tables"] or [self._rows_table()]:
            parts.append(_table_html(table))
        parts += [f"<p><b>Caution:</b> {say(caution)}</p>" for caution in self.cautions]
        if self.method:
            parts.append(f"<p>{say(self.method)}</p>")
        parts.append(f"<p>{say(self._counted())}</p><p><small>{say(self.made_from)}</small></p>")
        return "".join(parts)

    def _rows_table(self) -> dict[str, Any]:
        names = list(self.json["columns"])
        shown = self.json["rows"][:_SHOWN]
        more = len(self.json["rows"]) - len(shown)
        return {
            "title": f"The first {_SHOWN}, and {more} more" if more else "",
            "columns": [{"name": name, "role": "text"} for name in names],
            "rows": [
                [{"text": "" if row[name] is None else str(row[name])} for name in names] for row in shown
            ],
        }


_SHOWN = 20

_TABLE = {
    "table": "category",
    "row": "integer",
    "of": "text",
    "column": "category",
    "role": "category",
    "text": "text",
    "number": "decimal",
    "lower": "decimal",
    "upper": "decimal",
    "successes": "integer",
    "n": "integer",
}

_LEDGER = {"unit": "text", "counted": "boolean", "numerator": "boolean", "reason": "category"}

_NUMERIC = frozenset({"count", "number", "estimate", "interval", "p"})


def _table_html(table: dict[str, Any]) -> str:
    def cells(tag: str, texts: list[str]) -> str:
        made = []
        for column, text in zip(table["columns"], texts):
            side = "right" if column["role"] in _NUMERIC else "left"
            made.append(f'<{tag} style="text-align:{side}">{html.escape(text)}</{tag}>')
        return "<tr>" + "".join(made) + "</tr>"

    head = cells("th", [column["name"] for column in table["columns"]])
    body = "".join(cells("td", [cell["text"] for cell in row]) for row in table["rows"])
    caption = f"<caption>{html.escape(table['title'])}</caption>" if table["title"] else ""
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>"

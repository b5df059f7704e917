"""Data frames with right types, made by pandas or polars."""

from __future__ import annotations

import importlib
from typing import Any, Mapping, Sequence

XSD = "http://www.w3.org/2001/XMLSchema#"

Row = Mapping[str, Any]


def library(name: str) -> Any:
    """pandas or polars, or an error that says how to have it."""
    if name not in ("pandas", "polars"):
        raise ValueError(f"data frames are those of pandas or polars, not of {name!r}")
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(
            f"{name} is needed for a data frame and is not installed: pip install {name}. Without it there are "
            "`.result`, `.records` and the like, as plain Python"
        ) from None


def frame(rows: Sequence[Row], columns: Mapping[str, str], using: str = "pandas") -> Any:
    """Rows as a data frame, of columns of these types: text, code, iri, integer, decimal, boolean or date."""
    if using == "polars":
        return _polars(rows, columns)
    pandas = library("pandas")
    made = {name: _series(pandas, [row.get(name) for row in rows], kind) for name, kind in columns.items()}
    return pandas.DataFrame(made, columns=list(columns))


def _series(pandas: Any, values: list[Any], kind: str) -> Any:
    if kind == "boolean":
        return pandas.Series(values, dtype="boolean")
    if kind == "integer" and all(value is None or isinstance(value, int) for value in values):
        return pandas.Series(values, dtype="Int64")
    if kind == "decimal" and all(value is None or isinstance(value, (int, float)) for value in values):
        return pandas.Series(values, dtype="float64")
    if kind == "date":
        return pandas.to_datetime(pandas.Series(values, dtype="object"), errors="coerce")
    if kind in ("code", "category"):
        return pandas.Series(values, dtype="object").astype("category")
    texts = [None if value is None else str(value) for value in values]
    return pandas.Series(texts, dtype="string")


def _polars(rows: Sequence[Row], columns: Mapping[str, str]) -> Any:
    polars = library("polars")
    types = {
        "boolean": polars.Boolean,
        "integer": polars.Int64,
        "decimal": polars.Float64,
        "code": polars.Categorical,
        "category": polars.Categorical,
    }
    made = []
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        if kind == "date":
            made.append(polars.Series(name, values, dtype=polars.String).str.to_date(strict=False))
            continue
        dtype = types.get(kind, polars.String)
        if kind == "decimal":
            values = [None if value is None else float(value) for value in values]
        if dtype in (polars.String, polars.Categorical):
            values = [None if value is None else str(value) for value in values]
        made.append(polars.Series(name, values, dtype=dtype))
    return polars.DataFrame(made)


def of_sparql(found: Mapping[str, Any], using: str = "pandas") -> Any:
    """The results of a query, whose columns are of the type that all of their values have."""
    names = found["head"]["vars"]
    bindings = found["results"]["bindings"]
    columns = {name: _kind({_of_term(row[name]) for row in bindings if name in row}) for name in names}
    rows = [
        {name: _value(term, columns[name]) for name, term in row.items()}
        for row in bindings
    ]
    return frame(rows, columns, using)


_KINDS = {
    f"{XSD}boolean": "boolean",
    f"{XSD}integer": "integer",
    f"{XSD}decimal": "decimal",
    f"{XSD}double": "decimal",
    f"{XSD}float": "decimal",
    f"{XSD}date": "date",
}


def _of_term(term: Mapping[str, Any]) -> str:
    return _KINDS.get(term.get("datatype", ""), "text")


def _kind(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return next(iter(kinds))
    return "decimal" if kinds == {"integer", "decimal"} else "text"


def _value(term: Mapping[str, Any], kind: str) -> Any:
    text = term["value"]
    if kind == "boolean":
        return text in ("true", "1")
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return float(text)
    return text

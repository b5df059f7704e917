"""A study that can be asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

from ._ask import Asked, Program, Server
from ._frames import frame, of_sparql
from ._result import Result

if TYPE_CHECKING:
    import pandas

Value = Union[str, int, float, bool]


def open(
    study: Union[str, os.PathLike[str], None] = None,
    *,
    location: Union[str, os.PathLike[str], None] = None,
) -> "Study":
    """Opens a study: a folder of sheets, a release, or the URL of a server; without one, the shipped study.

    A folder is built first where that is needed, into the user's folder for state or into ``location``.

    >>> import casegraph as cg
    >>> cg.open()
    <casegraph study: the shipped study>
    """
    if study is None:
        # The shipped one, also where the working folder is a study.
        asked: Asked = Program(_place(location and os.path.abspath(location)), shipped=True)
    elif isinstance(study, str) and study.startswith(("http://", "https://")):
        asked = Server(study)
    elif os.path.exists(os.path.join(study, "release.snapshot")):
        asked = Program(["--release", os.fspath(study)])
    else:
        asked = Program(["--project", os.fspath(study), *_place(location)])
    return Study(asked)


def _place(location: Union[str, os.PathLike[str], None]) -> list[str]:
    return [] if location is None else ["--location", os.fspath(location)]


class Study:
    """A study that can be asked; :func:`open` makes it."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def run(
        self, name: str, *, choices: Optional[Mapping[str, Value]] = None, **parameters: Value
    ) -> Result:
        """Runs a saved analysis, with its parameters by name.

        ``choices`` are choices of method, such as ``{"band": "log"}``. A wrong name or value is a
        :class:`ParameterError` or :class:`NotFound` whose ``nearest`` has what may be meant.

        >>> import casegraph as cg
        >>> r = cg.open().run("response/overall", drug="drug:alectinib")
        >>> r.parameters["drug"]
        'drug:alectinib'
        """
        set = [(key, _text(value)) for key, value in parameters.items() if value is not None]
        chosen = [(key, _text(value)) for key, value in (choices or {}).items()]
        text = self._asked.analysis(name, set, chosen, "json")
        return Result(self._asked, name, set, chosen, text)

    def query(self, sparql: str, *, using: str = "pandas") -> "pandas.DataFrame":
        """The rows of a SPARQL query as a data frame; the study's prefixes need no declaration. ASK gives a truth value.

        >>> import casegraph as cg
        >>> cg.open().query("SELECT ?case ?age { ?case cg:ageYears ?age }")["age"].dtype.name
        'float64'
        """
        found = self._asked.query(sparql)
        if "boolean" in found:
            return found["boolean"]
        return of_sparql(found, using)

    def case(self, key: str) -> dict[str, Any]:
        """All that is known of a case, who reported it, and what was chosen why.

        >>> import casegraph as cg
        >>> cg.open().case("rao-2018")["case"]
        'rao-2018'
        """
        return self._asked.case(key)

    def similar(self, **patient: Value) -> dict[str, Any]:
        """Published cases like a patient: histology, partner, age, sex, site, prior, alteration, drug.

        >>> import casegraph as cg
        >>> found = cg.open().similar(histology="IMT", partner="RANBP2", age=30)
        >>> found["cases"][0]["similarity"] <= 1
        True
        """
        return self._asked.similar([(key, _text(value)) for key, value in patient.items()])

    def resolve(self, *names: str) -> "pandas.DataFrame":
        """What names stand for: one row a candidate; a name that stands for nothing has a row of its own.

        >>> import casegraph as cg
        >>> cg.open().resolve("Xalkori")["stands_for"][0]
        'crizotinib'
        """
        rows: list[dict[str, Any]] = []
        for found in self._asked.resolve(names):
            nearest = ", ".join(found["nearest"])
            for one in found["candidates"] or [{}]:
                rows.append(
                    {
                        "name": found["name"],
                        "stands_for": one.get("symbol"),
                        "vocabulary": one.get("vocabulary"),
                        "how": one.get("how"),
                        "identifiers": ", ".join(one.get("ids", [])) or None,
                        "nearest": nearest or None,
                    }
                )
        return frame(rows, _RESOLVED)

    def analyses(self) -> "pandas.DataFrame":
        """The saved analyses, with their parameters.

        >>> import casegraph as cg
        >>> "survival/overall" in set(cg.open().analyses()["analysis"])
        True
        """
        rows = [
            {**one, "parameters": ", ".join(one["parameters"]), "tags": ", ".join(one["tags"])}
            for one in self._asked.analyses()
        ]
        columns = {"analysis": "text", "statistic": "category", "parameters": "text", "summary": "text", "tags": "text"}
        return frame(rows, columns)

    def __repr__(self) -> str:
        return f"<casegraph study: {self._asked!r}>"


_RESOLVED = {
    "name": "text",
    "stands_for": "text",
    "vocabulary": "category",
    "how": "category",
    "identifiers": "text",
    "nearest": "text",
}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

"""Why there is no answer."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class CasegraphError(Exception):
    """The program or the server gave no answer.

    >>> import casegraph as cg
    >>> try:
    ...     cg.open().run("response/by-partnr")
    ... except cg.NotFound as error:
    ...     error.nearest[0]
    'response/by-partner'
    """

    kind: str
    """What kind of error it is, such as ``"parameter"``; ``"error"`` where there is no name for it."""
    detail: str
    """What failed, why, and the next step."""
    parameter: Optional[str]
    """The parameter that is wrong, where it is one."""
    nearest: list[str]
    """The names or values nearest to a wrong one, best first."""

    def __init__(
        self,
        detail: str,
        kind: str = "error",
        parameter: Optional[str] = None,
        nearest: Optional[list[str]] = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = kind
        self.parameter = parameter
        self.nearest = list(nearest or [])


class ParameterError(CasegraphError):
    """A parameter is unknown, missing or wrong."""


class NotFound(CasegraphError):
    """There is no analysis, no case and no page of that name."""


class TimeLimit(CasegraphError):
    """The time limit was reached."""


class ProgramNotFound(CasegraphError):
    """The program ``casegraph`` is neither beside the package nor on the PATH."""


_CLASSES: Mapping[str, type[CasegraphError]] = {
    "parameter": ParameterError,
    "not-found": NotFound,
    "time-limit": TimeLimit,
}


def of_problem(problem: Mapping[str, Any], told: str = "") -> CasegraphError:
    """The exception for a problem of the program or of a server, with what was told before it."""
    kind = str(problem.get("type", "")).rpartition("#")[2] or "error"
    detail = "\n".join(part for part in (str(problem.get("detail", "")), told.strip()) if part)
    return _CLASSES.get(kind, CasegraphError)(
        detail, kind, problem.get("parameter"), problem.get("nearest")
    )

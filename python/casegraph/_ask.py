"""Who is asked: the program on this machine, or a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.parse
import urllib.request
import warnings
from typing import Any, Iterable, Optional, Protocol, Sequence

from ._errors import CasegraphError, ProgramNotFound, of_problem

Pairs = Sequence[tuple[str, str]]


class Asked(Protocol):
    """What both can be asked."""

    def analysis(self, name: str, set: Pairs, choices: Pairs, format: str) -> bytes:
        """A saved analysis in a format."""

    def query(self, sparql: str) -> dict[str, Any]:
        """The results of a query as SPARQL's own JSON."""

    def case(self, key: str) -> dict[str, Any]:
        """The dossier of a case."""

    def similar(self, patient: Pairs) -> dict[str, Any]:
        """Cases like a patient."""

    def resolve(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """What names stand for."""

    def analyses(self) -> list[dict[str, Any]]:
        """The saved analyses."""


def program() -> str:
    """The path of the program: the one that was installed with this package, else that on the PATH.

    The variable ``CASEGRAPH_PROGRAM`` names another.
    """
    name = "casegraph.exe" if sys.platform == "win32" else "casegraph"
    named = os.environ.get("CASEGRAPH_PROGRAM")
    if named:
        return named
    # In a virtual environment, in the system's folders, and in those of the user.
    user = "nt_user" if os.name == "nt" else "posix_user"
    for folder in (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user)):
        path = os.path.join(folder or "", name)
        if os.path.isfile(path):
            return path
    found = shutil.which(name)
    if found is None:
        raise ProgramNotFound(
            "the program casegraph is neither beside this package nor on the PATH: install the wheel, or name it in "
            "the variable CASEGRAPH_PROGRAM"
        )
    return found


class Program:
    """The program on this machine, asked of one study."""

    def __init__(self, place: Sequence[str], shipped: bool = False) -> None:
        self.place = list(place)
        self.path = program()
        self.shipped = shipped

    def run(self, arguments: Iterable[str], stdin: Optional[str] = None) -> bytes:
        command = [self.path, *self.place, "--quiet", "--errors", "json", *arguments]
        folder, environment = None, dict(os.environ)
        if self.shipped:
            # Neither the working folder nor a variable names another study.
            folder = os.path.dirname(os.path.abspath(__file__))
            environment.pop("CASEGRAPH_PROJECT", None)
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            input=stdin.encode() if stdin is not None else None,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        lines = done.stderr.decode(errors="replace").splitlines()
        # 1 says that something was found; the answer is whole.
        if done.returncode in (0, 1):
            for line in lines:
                if line.startswith("warning: "):
                    warnings.warn(line[len("warning: ") :], stacklevel=4)
            return done.stdout
        try:
            problem = json.loads(lines[-1])
        except (IndexError, ValueError):
            told = "\n".join(lines) or f"casegraph ended with {done.returncode} and no word"
            raise CasegraphError(told) from None
        raise of_problem(problem, "\n".join(lines[:-1]))

    def data(self, *arguments: str) -> Any:
        return json.loads(self.run([*arguments, "--format", "json"]))

    def analysis(self, name: str, set: Pairs, choices: Pairs, format: str) -> bytes:
        settings = [f"--set={key}={value}" for key, value in set]
        settings += [f"--with={key}={value}" for key, value in choices]
        return self.run(["run", *settings, f"--format={format}", "--", name])

    def query(self, sparql: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(["query", "--format=json", "-"], sparql))
        return found

    def case(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data("case", key)
        return found

    def similar(self, patient: Pairs) -> dict[str, Any]:
        found: dict[str, Any] = self.data("similar", *(f"--{name}={value}" for name, value in patient))
        return found

    def resolve(self, names: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data("resolve", *names)
        return found

    def analyses(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data("list")
        return found

    def __repr__(self) -> str:
        return "the shipped study" if self.shipped else " ".join(self.place)


class Server:
    """A server that runs the program."""

    def __init__(self, url: str, timeout: float = 120.0) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout

    def get(self, path: str, parameters: Pairs = (), form: Optional[Pairs] = None) -> bytes:
        url = self.url + path
        if parameters:
            url += "?" + urllib.parse.urlencode(parameters)
        request = urllib.request.Request(
            url,
            data=None if form is None else urllib.parse.urlencode(form).encode(),
            headers={"Accept": "application/sparql-results+json, application/json, */*;q=0.1"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                body: bytes = response.read()
                return body
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            try:
                problem = json.loads(text)
            except ValueError:
                raise CasegraphError(f"{url}: {error.code} {error.reason}") from None
            raise of_problem(problem) from None
        except OSError as error:
            raise CasegraphError(f"{url} does not answer: {error}") from error

    def data(self, path: str, parameters: Pairs = ()) -> Any:
        return json.loads(self.get(path, parameters))

    def analysis(self, name: str, set: Pairs, choices: Pairs, format: str) -> bytes:
        parameters = [*set, *((f"with.{key}", value) for key, value in choices)]
        return self.get(f"/analyses/{urllib.parse.quote(name)}.{format}", parameters)

    def query(self, sparql: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get("/sparql", form=[("query", sparql)]))
        return found

    def case(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data(f"/cases/{urllib.parse.quote(key, safe='')}.json")
        return found

    def similar(self, patient: Pairs) -> dict[str, Any]:
        asked: list[tuple[str, str]] = []
        for name, value in patient:
            if name not in ("histology", "partner", "age", "sex", "site", "prior", "alteration", "drug"):
                raise CasegraphError(f"a server takes no {name} of similar: ask a study on this machine")
            if name == "prior":
                for line in value.split(","):
                    drug, _, outcome = line.partition("=")
                    asked += [("prior", drug), ("outcome", outcome)]
            else:
                asked.append((name, value))
        found: dict[str, Any] = self.data("/patient.json", asked)
        return found

    def resolve(self, names: Sequence[str]) -> list[dict[str, Any]]:
        queries = {str(at): {"query": name} for at, name in enumerate(names)}
        answers = self.data("/reconcile", [("queries", json.dumps(queries))])
        found = []
        for at, name in enumerate(names):
            all = answers[str(at)]["result"]
            candidates = [
                {"vocabulary": one["type"][0]["id"], "symbol": one["name"], "ids": [one["id"]], "how": "match"}
                for one in all
                if one["match"]
            ]
            nearest = [] if candidates else [one["name"] for one in all]
            found.append({"name": name, "candidates": candidates, "nearest": nearest})
        return found

    def analyses(self) -> list[dict[str, Any]]:
        paths = self.data("/openapi.json")["paths"]
        all = {path[len(_ANALYSES) :]: paths[path]["get"] for path in paths if path.startswith(_ANALYSES)}
        taken = {name: [one["name"] for one in what["parameters"]] for name, what in all.items()}
        # What every analysis takes, such as the width of its figure, is no parameter of its query.
        common = set.intersection(*map(set, taken.values())) if taken else set()
        return [
            {
                "analysis": name,
                "parameters": [one for one in taken[name] if one not in common],
                "summary": what["summary"],
                "tags": what["tags"],
            }
            for name, what in all.items()
        ]

    def __repr__(self) -> str:
        return self.url


_ANALYSES = "/analyses/"

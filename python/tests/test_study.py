"""Queries, cases, names, and errors, in each way of asking."""

from __future__ import annotations

from pathlib import Path

import pytest

import casegraph as cg
from conftest import TINY


def test_a_query_gives_types(study: cg.Study) -> None:
    found = study.query(
        "SELECT ?case ?age ?n ?nothing WHERE { ?case a cg:Case OPTIONAL { ?case cg:ageYears ?age } BIND(1 AS ?n) }"
    )
    assert list(found.columns) == ["case", "age", "n", "nothing"]
    assert found["age"].dtype == "float64" and found["age"].isna().any()
    assert found["n"].dtype == "Int64" and found["nothing"].isna().all()
    assert study.query("ASK { ?case a cg:Case }") is True


def test_cases_and_names(study: cg.Study) -> None:
    assert study.case("case-1")["case"] == "case-1"
    similar = study.similar(histology="IMT", drug="crizotinib", prior="crizotinib=progressed")
    assert similar["compared"] > 0
    names = study.resolve("Xalkori")
    assert names["stands_for"].tolist() == ["crizotinib"] and names["vocabulary"].tolist() == ["drug"]


def test_the_analyses_are_listed_with_their_parameters(study: cg.Study, tiny: cg.Study) -> None:
    listed, expected = study.analyses(), tiny.analyses()
    assert listed["analysis"].tolist() == expected["analysis"].tolist()
    assert listed["parameters"].tolist() == expected["parameters"].tolist()


def test_errors_say_what_is_nearest(study: cg.Study) -> None:
    with pytest.raises(cg.NotFound) as unknown:
        study.run("response/by-partnr")
    assert "response/by-partner" in unknown.value.nearest
    with pytest.raises(cg.ParameterError) as wrong:
        study.run("response/by-partner", drugg="drug:crizotinib")
    assert (wrong.value.parameter, wrong.value.nearest) == ("drugg", ["drug"])
    with pytest.raises(cg.ParameterError) as thing:
        study.run("response/by-partner", drug="drug:crizotinob")
    assert thing.value.parameter == "drug" and "drug:crizotinib" in thing.value.nearest
    with pytest.raises(cg.NotFound) as nobody:
        study.case("case-11")
    assert "case-1" in nobody.value.nearest
    with pytest.raises(cg.ParameterError) as patient:
        study.similar(histology="leiomyosarcomaa")
    assert patient.value.parameter == "histology" and patient.value.nearest
    with pytest.raises(cg.CasegraphError) as query:
        study.query("SELECT ?case WHERE { ?case a cg:Case")
    assert query.value.kind == "query"


def test_no_study_no_server_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(cg.CasegraphError, match="nowhere"):
        cg.open(tmp_path / "nowhere").analyses()
    with pytest.raises(cg.CasegraphError, match="does not answer"):
        cg.open("http://127.0.0.1:9").analyses()
    with pytest.raises(cg.CasegraphError) as usage:
        cg.open(TINY, location=tmp_path)._asked.run(["run", "--fromat", "json"])  # type: ignore[attr-defined]
    assert usage.value.kind == "usage" and usage.value.nearest == ["--format"]
    monkeypatch.delenv("CASEGRAPH_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sysconfig.get_path", lambda *_: str(tmp_path))
    with pytest.raises(cg.ProgramNotFound):
        cg.open()


def test_broken_sheets_are_told_with_their_cells(tmp_path: Path) -> None:
    for sheet in TINY.iterdir():
        text = sheet.read_text()
        (tmp_path / sheet.name).write_text(text.replace("crizotinib", "crizotinob") if sheet.suffix == ".csv" else text)
    with pytest.raises(cg.CasegraphError) as broken:
        cg.open(tmp_path, location=tmp_path / "store").query("ASK {}")
    assert broken.value.kind == "sheets" and "treatments.csv" in broken.value.detail


def test_the_shipped_study_is_asked_from_any_folder(
    shipped: cg.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(TINY)
    monkeypatch.setenv("CASEGRAPH_PROJECT", str(TINY))
    assert "Study alk-sarcoma" in shipped.run("response/overall").made_from

"""Loads what `cargo bench --bench studies` left in a folder into pyoxigraph (on disk) and DuckDB, asks the five
questions, and prints seconds and rows as JSON. A peer that is not installed is left out.

    python3 benches/studies/peers.py DIR
"""

import json
import pathlib
import statistics
import sys
import tempfile
import time

RUNS = 5


def timed(work):
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def median(ask):
    """The median time of reading all rows, and their number; a question that takes long is asked once."""
    taken = [timed(ask)]
    if taken[0][0] < 5:
        taken += [timed(ask) for _ in range(RUNS - 1)]
    return {"seconds": statistics.median(seconds for seconds, _ in taken), "rows": taken[0][1]}


def pyoxigraph(folder, questions):
    import pyoxigraph

    with tempfile.TemporaryDirectory() as home:
        store = pyoxigraph.Store(home)

        def load():
            store.bulk_load(path=str(folder / "default.nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
            store.optimize()

        told = {"load": {"seconds": timed(load)[0]}}
        for question in questions:
            told[question["name"]] = median(lambda: sum(1 for _ in store.query(question["sparql"])))
        return told


COLUMNS = {
    "cases": "key VARCHAR, partner VARCHAR, sex VARCHAR, age DOUBLE, months DOUBLE, status VARCHAR, died BOOLEAN",
    "treatments": "key VARCHAR, drug VARCHAR, response VARCHAR",
    "events": "key VARCHAR, term VARCHAR, grade INTEGER, drug VARCHAR",
    "classes": "drug VARCHAR, class VARCHAR",
}


def duckdb(folder, questions):
    import duckdb

    with tempfile.TemporaryDirectory() as home:
        store = duckdb.connect(f"{home}/store")

        def load():
            for table, columns in COLUMNS.items():
                store.execute(f"CREATE TABLE {table} ({columns})")
                store.execute(f"COPY {table} FROM '{folder}/{table}.csv' (HEADER false, NULLSTR '')")
            store.execute("CHECKPOINT")

        told = {"load": {"seconds": timed(load)[0]}}
        for question in questions:
            told[question["name"]] = median(lambda: len(store.execute(question["sql"]).fetchall()))
        return told


def main():
    folder = pathlib.Path(sys.argv[1])
    questions = json.loads((folder / "questions.json").read_text())
    told = {}
    for peer in (pyoxigraph, duckdb):
        try:
            told[peer.__name__] = peer(folder, questions)
        except ImportError:
            pass
    print(json.dumps(told))


main()

"""Asks Virtuoso 7, pyoxigraph and rdflib what `cargo bench --bench reading -- N --keep DIR` asked.

    python3 benches/reading/peers.py DIR/N [casegraph] [virtuoso] [pyoxigraph] [rdflib] [survival]

Without names all are asked but rdflib, which holds everything in Python objects.

Virtuoso (Debian: virtuoso-opensource-7-bin) is started in a folder of its own on loopback, with buffers
for all of the data; its answers are CSV over HTTP, warm. A peer that is not installed is left out.
"""

import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

RUNS = 5
# A peer that takes this long is asked once.
LONG = 10
INI = """
[Database]
DatabaseFile = {dir}/virtuoso.db
ErrorLogFile = {dir}/virtuoso.log
LockFile = {dir}/virtuoso.lck
TransactionFile = {dir}/virtuoso.trx
xa_persistent_file = {dir}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {dir}/temp.db
TransactionFile = {dir}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = 680000
MaxDirtyBuffers = 500000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
MaxQueryMem = 4G
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryExecutionTime = 0
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def median(ask):
    taken, rows = [], 0
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        rows = ask()
        taken.append(time.perf_counter() - start)
        if taken[0] > LONG:
            return taken[0], rows
    return statistics.median(taken[1:]), rows


def over_http(name, endpoint, more, questions):
    """Asks an endpoint, and reads all of each answer as CSV."""

    def ask(text):
        form = urllib.parse.urlencode({"query": text, **more})
        request = urllib.request.Request(f"{endpoint}?{form}", headers={"Accept": "text/csv"})
        with urllib.request.urlopen(request) as answer:
            return answer.read().count(b"\n") - 1

    for number, text in questions:
        taken, rows = median(lambda: ask(text))
        print(f"{name}, question {number}: {rows} rows, {taken * 1e3:.1f} ms", flush=True)


def casegraph(data, questions):
    """A server of the same cases that runs already, and keeps no answers: `casegraph serve --cache 0`."""
    endpoint = os.environ.get("CASEGRAPH_ENDPOINT")
    if not endpoint:
        return print("CASEGRAPH_ENDPOINT names no server: left out")
    over_http("casegraph", endpoint, {}, questions)


def virtuoso(data, questions):
    if not shutil.which("virtuoso-t"):
        return print("virtuoso-t is not installed: left out")
    with tempfile.TemporaryDirectory() as folder:
        sql, http = free_port(), free_port()
        ini = pathlib.Path(folder, "virtuoso.ini")
        ini.write_text(INI.format(dir=folder, data=data, sql=sql, http=http))
        server = subprocess.Popen(["virtuoso-t", "-f", "-c", str(ini)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba"]
            for _ in range(120):
                if subprocess.run([*isql, "exec=status();"], capture_output=True).returncode == 0:
                    break
                time.sleep(1)
            start = time.perf_counter()
            load = f"ld_dir('{data}', 'cases.nt', 'http://example.org/cases'); rdf_loader_run(); checkpoint;"
            subprocess.run([*isql, f"exec={load}"], check=True, capture_output=True)
            print(f"Virtuoso: loaded in {time.perf_counter() - start:.1f} s")

            graph = {"default-graph-uri": "http://example.org/cases"}
            over_http("Virtuoso", f"http://127.0.0.1:{http}/sparql", graph, questions)
        finally:
            server.terminate()
            server.wait()


def pyoxigraph(data, questions):
    try:
        import pyoxigraph as ox
    except ImportError:
        return print("pyoxigraph is not installed: left out")
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder)
        start = time.perf_counter()
        store.bulk_load(path=str(data / "cases.nt"), format=ox.RdfFormat.N_TRIPLES)
        print(f"pyoxigraph: loaded in {time.perf_counter() - start:.1f} s")
        for number, text in questions:
            taken, rows = median(lambda: sum(1 for _ in store.query(text)))
            print(f"pyoxigraph, question {number}: {rows} rows, {taken * 1e3:.1f} ms", flush=True)


def rdflib(data, questions):
    try:
        import rdflib as rdf
    except ImportError:
        return print("rdflib is not installed: left out")
    graph = rdf.Graph()
    start = time.perf_counter()
    graph.parse(data / "cases.nt", format="nt")
    print(f"rdflib: loaded in {time.perf_counter() - start:.1f} s")
    for number, text in questions:
        taken, rows = median(lambda: sum(1 for _ in graph.query(text)))
        print(f"rdflib, question {number}: {rows} rows, {taken * 1e3:.1f} ms", flush=True)


SURVIVAL = """
PREFIX cg: <https://w3id.org/casegraph/ontology#>
SELECT ?case ?months ?event ?partner WHERE {
  ?case cg:months ?months ; cg:died ?event ; cg:hasFusion ?fusion . ?fusion cg:fivePrimeGene ?partner }
"""


def survival(data, _):
    """Survival by partner with pandas and lifelines: rows, curves, log-rank test."""
    try:
        import pandas
        import pyoxigraph as ox
        from lifelines import KaplanMeierFitter
        from lifelines.statistics import multivariate_logrank_test
    except ImportError:
        return print("lifelines is not installed: left out")
    store = ox.Store()
    store.bulk_load(path=str(data / "cases.nt"), format=ox.RdfFormat.N_TRIPLES)
    start = time.perf_counter()
    rows = [
        (row["case"].value, float(row["months"].value), row["event"].value == "true", row["partner"].value)
        for row in store.query(SURVIVAL)
    ]
    frame = pandas.DataFrame(rows, columns=["case", "months", "event", "partner"])
    medians = {}
    for partner, group in frame.groupby("partner"):
        medians[partner] = KaplanMeierFitter().fit(group["months"], group["event"]).median_survival_time_
    multivariate_logrank_test(frame["months"], frame["partner"], frame["event"])
    print(f"pyoxigraph, pandas and lifelines, survival by partner: {len(frame)} cases, {time.perf_counter() - start:.1f} s")


def main():
    data = pathlib.Path(sys.argv[1]).resolve()
    questions = [(path.stem, path.read_text()) for path in sorted(data.glob("*.rq"))]
    peers = {"casegraph": casegraph, "virtuoso": virtuoso, "pyoxigraph": pyoxigraph, "survival": survival, "rdflib": rdflib}
    for name in sys.argv[2:] or ["casegraph", "virtuoso", "pyoxigraph", "survival"]:
        peers[name](data, questions)


main()

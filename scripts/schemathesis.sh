#!/bin/sh
# Asks a server of the example study what its description (/openapi.json) says, rightly and wrongly, and fails if an answer is
# not as described. Schemathesis is installed from PyPI into a folder. Usage: sh scripts/schemathesis.sh PROGRAM FOLDER
set -eu
version=4.32.5
program=${1:?give the program}
folder=${2:?give a folder to keep schemathesis in}
tools="$folder/$version"
if [ ! -e "$tools/done" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target "$tools" "schemathesis==$version" >&2
    touch "$tools/done"
fi
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
"$program" --quiet init "$work/study" > "$work/log" 2>&1
"$program" --quiet -p "$work/study" build >> "$work/log" 2>&1
CASEGRAPH_TOKEN=schemathesis "$program" -p "$work/study" serve --writable --bind 127.0.0.1:0 2> "$work/told" &
server=$!
address=
for _ in $(seq 100); do
    address=$(sed -n 's|^Serving at \(http://[^/]*/\).*|\1|p' "$work/told")
    [ -z "$address" ] || break
    sleep 0.2
done
[ -n "$address" ] || { cat "$work/log" "$work/told" >&2; exit 1; }
# One worker: Python 3.11 keeps the depth of its parser for all threads at once, and two of them that parse at a time fail.
# What SPARQL and names of things may be, no schema can say: what is refused of it is not counted.
cd "$work"
PYTHONPATH="$tools" python3 -c 'import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())' \
    run "${address}openapi.json" --seed 20 --max-examples 5 --workers 1 --no-shrink \
    --exclude-checks positive_data_acceptance -H "Authorization: Bearer schemathesis" > "$work/report" 2>&1 || {
    cat "$work/report" >&2
    exit 1
}
sed -n '/generated, /p' "$work/report"

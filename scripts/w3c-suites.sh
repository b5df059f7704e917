#!/bin/sh
# Fetches the W3C's test suites of SPARQL 1.0 and 1.1, which rdflib's source package carries, and prints the folder that
# holds them; tests/it/w3c.rs runs them if CASEGRAPH_W3C names it. Usage: sh scripts/w3c-suites.sh FOLDER
set -eu
version=7.1.1
folder=${1:?give a folder to keep them in}
suites="$folder/rdflib-$version/test/data/suites/w3c"
if [ ! -e "$suites/sparql11/manifest-all.ttl" ]; then
    mkdir -p "$folder"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$folder" "rdflib==$version" >&2
    tar -xzf "$folder/rdflib-$version.tar.gz" -C "$folder" "rdflib-$version/test/data/suites/w3c"
    rm "$folder/rdflib-$version.tar.gz"
fi
echo "$suites"

#!/bin/sh
# Checks the spelling of the code and its documents (typos.toml). Typos is installed from PyPI into a folder.
# Usage: sh scripts/typos.sh FOLDER
set -eu
version=1.52.0
folder=${1:?give a folder to keep typos in}
tools="$folder/$version"
if [ ! -e "$tools/done" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target "$tools" "typos==$version" >&2
    touch "$tools/done"
fi
"$tools/bin/typos" --format brief

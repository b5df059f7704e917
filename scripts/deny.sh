#!/bin/sh
# Checks the packages of Cargo.lock: licences, versions, sources and, where their database can be fetched, advisories (deny.toml).
# cargo-deny is built into a folder, once. Usage: sh scripts/deny.sh FOLDER
set -eu
version=0.20.2
folder=${1:?give a folder to keep cargo-deny in}
tools="$folder/$version"
if [ ! -x "$tools/bin/cargo-deny" ]; then
    # Not optimised: it is built in minutes so, and checks in seconds all the same.
    CARGO_TARGET_DIR="$tools/build" cargo install --quiet --locked --debug --root "$tools" "cargo-deny@$version"
    rm -rf "$tools/build"
fi
deny() { "$tools/bin/cargo-deny" --locked "$@"; }
deny check licenses bans sources
deny check advisories || {
    deny fetch db > /dev/null 2>&1 && exit 1
    echo "LEFT OUT: advisories, for their database cannot be fetched" >&2
}

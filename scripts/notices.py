#!/usr/bin/env python3
"""Writes THIRD-PARTY-NOTICES.txt: the licences of all crates that are built into the program.

Reads `cargo metadata` and the files in the sources of the crates; run it when Cargo.lock changes (tests/it/notices.rs says
so). Usage: python3 scripts/notices.py
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "THIRD-PARTY-NOTICES.txt"
NAMES = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicense)", re.IGNORECASE)
# The crates without a file of their own that name one of these are under its general text.
GENERAL = {"MIT": "MIT License", "Apache-2.0": "Apache License"}
RULE = "-" * 80
# The systems that programs are built for.
SYSTEMS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin"]


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    command += [f"--filter-platform={system}" for system in SYSTEMS]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def built_in():
    """Names and versions of the packages that are no more than for tests or for build scripts."""
    found = set()
    for system in SYSTEMS:
        command = ["cargo", "tree", "--locked", "--edges=normal", "--prefix=none", "--format={p}", f"--target={system}"]
        lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        found |= {tuple(line.split()[:2]) for line in lines if line}
    return {(name, version.removeprefix("v")) for name, version in found}


def files(package):
    """The licence files of a package: of those between which one may choose, the ones of MIT."""
    folder = Path(package["manifest_path"]).parent
    found = sorted(path for path in folder.rglob("*") if path.is_file() and NAMES.match(path.name) and is_text(path))
    found = [path for path in found if not re.search(r"/(tests?|examples|benches|target)/", str(path.relative_to(folder)))]
    choice = " OR " in (package["license"] or "") or "/" in (package["license"] or "")
    mit = [path for path in found if "mit" in path.name.lower()]
    if choice and mit:
        other = re.compile(r"apache|bsd|zlib|0bsd|unlicense|lgpl|gpl|boost", re.IGNORECASE)
        return [path for path in found if not other.search(path.name)]
    return found


def is_text(path):
    return path.suffix.lower() in ("", ".md", ".txt", ".mit", ".apache", ".html", ".rst") or "-" in path.name


def clean(text):
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\f", "").strip("\n").split("\n"))


def main():
    told = metadata()
    known = built_in()
    packages = sorted(told["packages"], key=lambda package: (package["name"], package["version"]))
    ours = [package for package in packages if package["source"] and (package["name"], package["version"]) in known]
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    others = [(package["name"], package["version"]) for package in lock["package"] if "source" in package]
    others = sorted(set(others) - known)
    texts, bare = {}, []
    for package in ours:
        name = f"{package['name']} {package['version']}"
        paths = files(package)
        for path in paths:
            text = clean(path.read_text(encoding="utf-8", errors="replace"))
            texts.setdefault(re.sub(r"\s+", " ", text), [text, []])[1].append(name)
        if not paths:
            bare.append(package)
    out = [
        "Third-party notices of casegraph",
        "",
        "The program is made of the crates below, on Linux and macOS. Each is listed with its licence; their texts",
        "follow. Made by scripts/notices.py from Cargo.lock. What pages load has its licences beside it",
        "(src/server/assets, crates/plot/fonts), data and ontology name theirs.",
        "",
        "Crates:",
        "",
    ]
    for package in ours:
        out.append(f"  {package['name']} {package['version']}: {package['license'] or 'see its file'}")
    out += ["", "In Cargo.lock for tests, for the build or for other systems alone:", ""]
    out += [f"  {name} {version}" for name, version in others]
    if bare:
        out += ["", "Without a file of their own, and so under the general text of the licence that they name:", ""]
        for package in bare:
            by = ", ".join(re.sub(r" *<.*?>", "", author) for author in package["authors"]) or "its authors"
            out.append(f"  {package['name']} {package['version']}: {package['license']}, by {by} ({package['repository']})")
    for text, names in sorted(texts.values(), key=lambda pair: (pair[1][0], pair[0])):
        out += ["", RULE, ", ".join(sorted(set(names))), "", text]
    whole = "\n".join(out) + "\n"
    for package in bare:
        if not any(name in package["license"] and title in whole for name, title in GENERAL.items()):
            sys.exit(f"{package['name']} {package['version']} ({package['license']}) has no text: add one")
    FILE.write_text(whole, encoding="utf-8")
    print(f"{FILE.name}: {len(ours)} crates, {len(texts)} texts, {len(bare)} without, {len(whole.encode())} bytes")


if __name__ == "__main__":
    main()

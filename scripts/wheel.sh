#!/bin/sh
# Builds the wheel and tries it: sh scripts/wheel.sh [FOLDER]
# FOLDER, which is target/wheel unless said, gets the wheel and what makes it: maturin and zig, in a virtual environment of their own. The wheel runs on any
# Linux with glibc 2.17. It is tried from its file in a bare environment, without a network, with PATH=/usr/bin:/bin.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$repository/target/wheel}"
folder=$(cd "${1:-$repository/target/wheel}" && pwd)
python=${PYTHON:-python3}

[ -x "$folder/tools/bin/maturin" ] || {
    "$python" -m venv "$folder/tools"
    "$folder/tools/bin/pip" install --quiet 'maturin>=1.9,<2' ziglang
}
rm -f "$folder"/*.whl
# zig is found as a module of the python that is first on the PATH.
(cd "$repository/python" && PATH="$folder/tools/bin:$PATH" maturin build --release --locked --zig --compatibility manylinux_2_17 --strip --out "$folder")
wheel=$(ls "$folder"/casegraph-*.whl)

clean() { rm -rf "$trial"; }
trial=$(mktemp -d)
trap clean EXIT
seconds() { date +%s.%N; }
took() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f s", b - a }'; }

"$python" -m venv "$trial/venv"
# Nothing but the wheel: neither a compiler, nor another casegraph, nor a store.
bare() { env -i HOME="$trial" PATH=/usr/bin:/bin LANG=C.UTF-8 "$@"; }
begin=$(seconds)
bare "$trial/venv/bin/pip" install --quiet --no-index --disable-pip-version-check "$wheel"
installed=$(seconds)
(cd "$trial" && bare "$trial/venv/bin/casegraph" report > "$trial/report.log" 2>&1) || { cat "$trial/report.log" >&2; exit 1; }
reported=$(seconds)
bare "$trial/venv/bin/python" - << 'END'
import os, casegraph as cg
from casegraph._ask import program
assert os.path.dirname(program()).endswith("venv/bin"), program()
result = cg.open().run("response/overall")
assert result.result["overall"]["objective_response"]["n"] > 0 and result.plot().svg.startswith("<svg")
try:
    cg.open().run("response/overal")
except cg.NotFound as error:
    assert "response/overall" in error.nearest
else:
    raise AssertionError("a wrong name is taken")
try:
    result.rows
except ImportError as error:
    assert "pip install pandas" in str(error)
END
(cd "$trial" && bare "$trial/venv/bin/casegraph" release release > /dev/null 2>&1)

echo "wheel: $(basename "$wheel")"
echo "size: $(du -h --apparent-size "$wheel" | cut -f1)"
if command -v readelf > /dev/null; then
    # What the binary needs of the C library; a line without a version would be a bug here.
    needs=$(readelf -V "$trial/venv/bin/casegraph" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
    echo "needs: ${needs:?readelf names no GLIBC}"
    [ "$(printf '%s\nGLIBC_2.17\n' "$needs" | sort -V | tail -n 1)" = GLIBC_2.17 ] || { echo "wheel: it needs more than GLIBC_2.17" >&2; exit 1; }
else
    echo "LEFT OUT: which GLIBC it needs, for readelf is not there (Debian: binutils)" >&2
fi
echo "installed in $(took "$begin" "$installed"), first report after $(took "$installed" "$reported")"
echo "a release by it: SHA256SUMS $(sha256sum "$trial/release/SHA256SUMS" | cut -c1-16)"

#!/bin/sh
# Makes sure that what the build needs is there (a C compiler and Rust), then runs the command given, such as: sh scripts/setup.sh cargo test --release
set -eu

need() {
    command -v "$1" >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif need sudo; then sudo "$@"
    else
        echo "setup: this needs root: $*" >&2
        echo "setup: install it yourself, or run this as root or with sudo" >&2
        exit 2
    fi
}

packages=""
need cc || packages="$packages gcc libc6-dev"
if ! need cargo && [ ! -x "$HOME/.cargo/bin/cargo" ]; then
    need curl || packages="$packages curl ca-certificates"
fi
if [ -n "$packages" ]; then
    if ! need apt-get; then
        echo "setup: install with your package manager:$packages" >&2
        exit 2
    fi
    echo "setup: installing$packages" >&2
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2
fi

PATH="$HOME/.cargo/bin:$PATH"
export PATH
# A distribution's own Rust may be too old for the edition and the standard library that the code uses.
old_rust() {
    wanted=$(sed -n 's/^rust-version = "1\.\([0-9]*\).*"/\1/p' "$(dirname "$0")/../Cargo.toml")
    found=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
    [ "${found:-0}" -lt "$wanted" ]
}
if ! need cargo || { ! need rustup && old_rust; }; then
    if ! need curl; then
        as_root apt-get install -y -qq --no-install-recommends curl ca-certificates >&2
    fi
    echo "setup: installing Rust for this user with rustup" >&2
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --default-toolchain none >&2
fi
if need rustup; then
    # The version that rust-toolchain.toml names.
    toolchain=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$(dirname "$0")/../rust-toolchain.toml")
    rustup run "$toolchain" rustc --version >/dev/null 2>&1 ||
        rustup toolchain install "$toolchain" --profile minimal --component rustfmt --component clippy >&2
fi

[ $# -eq 0 ] || exec "$@"

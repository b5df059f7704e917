#!/bin/sh
# Makes sure that the build has what it needs, a C compiler and Rust, then runs the command given, such as: sh scripts/setup.sh cargo test --release
# It first looks at everything and says all that is missing. Only then it installs: packages with apt-get, as root or with sudo, and Rust with rustup,
# for this user alone. What it cannot install it names, with the command that does.
set -eu

say() { echo "setup: $*" >&2; }
need() { command -v "$1" >/dev/null 2>&1; }

clone=$(cd "$(dirname "$0")/.." && pwd)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
# The toolchain that rustup takes here, and the oldest Rust that builds the code, from wherever it comes.
toolchain=${RUSTUP_TOOLCHAIN:-$(sed -n 's/^channel = "\(.*\)"/\1/p' "$clone/rust-toolchain.toml")}
oldest=$(sed -n 's/^rust-version = "1\.\([0-9]*\).*"/\1/p' "$clone/Cargo.toml")
# What the build takes with its crates and its tests, and Rust itself, in MB and with room to spare.
for_build=2000
for_rust=1000
PATH="$cargo_home/bin:$PATH"
export PATH

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# Is there a `cc` that makes programs? It does not without the headers of the C library, or its linker.
has_compiler() {
    need cc || { echo "there is no cc" >"$scratch/why"; return 1; }
    printf '#include <stdlib.h>\n#include <pthread.h>\nint main(void) { return EXIT_SUCCESS; }\n' >"$scratch/try.c"
    cc "$scratch/try.c" -o "$scratch/try" >/dev/null 2>"$scratch/why"
}

# Is there a Rust that is new enough? What rustup manages is asked for by name, so that it installs nothing yet.
has_rust() {
    if need rustup; then
        rustup run "$toolchain" cargo --version >/dev/null 2>&1 && return
        echo "rustup has no toolchain $toolchain"
    elif need cargo && need rustc; then
        version=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
        [ "${version:-0}" -lt "$oldest" ] || return 0
        echo "$(command -v rustc) is 1.${version:-?}"
    else
        echo "there is no cargo"
    fi >"$scratch/why"
    return 1
}

# Are there the certificates that downloads are checked with?
has_certificates() {
    [ "$(uname)" = Linux ] || return 0
    for file in ${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem}; do
        [ ! -s "$file" ] || return 0
    done
    return 1
}

# Is there room? Not asked where something was built before.
has_room() {
    target=${CARGO_TARGET_DIR:-$clone/target}
    while [ ! -d "$target" ]; do target=$(dirname "$target"); done
    [ ! -d "${CARGO_TARGET_DIR:-$clone/target}/release/deps" ] || return 0
    free=$(df -Pk "$target" | sed -n '2s/.* \([0-9]*\)  *[0-9]*%.*/\1/p')
    [ "${free:-$((wanted * 1024))}" -lt "$((wanted * 1024))" ] || return 0
    echo "$target has $((free / 1024)) MB free" >"$scratch/why"
    return 1
}

lacks() { say "missing: $1 ($(head -n 1 "$scratch/why"))"; }

packages=""
rust=there
wanted=$for_build
if ! has_compiler; then
    lacks "a C compiler with the C library's headers"
    packages="gcc libc6-dev"
fi
if ! has_rust; then
    lacks "Rust 1.$oldest or newer"
    rust=missing
    wanted=$((for_build + for_rust))
    need rustup || need curl || {
        say "missing: curl, to fetch Rust"
        packages="$packages curl"
    }
fi
has_certificates || {
    say "missing: certificates, to check downloads with"
    packages="$packages ca-certificates"
}
has_room || {
    lacks "$wanted MB of disk, or set CARGO_TARGET_DIR to a folder elsewhere"
    exit 2
}

# Left-over spaces go.
# shellcheck disable=SC2086
packages=$(echo $packages)
if [ -n "$packages" ]; then
    install="apt-get install -y --no-install-recommends $packages"
    rest="then run this again"
    [ $rust = there ] || rest="$rest: it installs Rust for you alone"
    if [ "$(uname)" = Darwin ]; then
        say "run: xcode-select --install; $rest"
        exit 2
    elif ! need apt-get; then
        say "install with your package manager what Debian calls: $packages; $rest"
        say "(gcc with glibc-devel on Fedora and openSUSE, base-devel on Arch, build-base on Alpine)"
        exit 2
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif need sudo; then
        as_root=sudo
    else
        say "run as root: apt-get update && $install; $rest"
        exit 2
    fi
    say "installing $packages"
    # shellcheck disable=SC2086 # lists of words
    if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive $install -qq; } >&2; then
        say "apt-get failed: see above; run as root: apt-get update && $install; $rest"
        exit 2
    fi
    has_compiler || {
        cat "$scratch/why" >&2
        say "cc still makes no program: see above"
        exit 2
    }
fi

if [ $rust = missing ]; then
    if ! need rustup; then
        say "installing rustup in $cargo_home"
        # What a distribution has in /usr/bin stays there, unused here.
        if ! curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs -o "$scratch/rustup.sh" ||
            ! RUSTUP_INIT_SKIP_PATH_CHECK=yes sh "$scratch/rustup.sh" -y --profile minimal --default-toolchain none >&2; then
            say "rustup could not be fetched: see above; with Rust 1.$oldest or newer from elsewhere in PATH it is not needed"
            exit 2
        fi
    fi
    say "installing Rust $toolchain with rustup"
    rustup toolchain install "$toolchain" --profile minimal --component rustfmt --component clippy >&2 || {
        say "Rust $toolchain could not be fetched: see above; RUSTUP_TOOLCHAIN=NAME takes another one that rustup has, 1.$oldest or newer"
        exit 2
    }
fi

[ $# -gt 0 ] || exit 0
rm -rf "$scratch"
exec "$@"

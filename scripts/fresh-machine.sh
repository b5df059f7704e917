#!/usr/bin/env bash
# Tries the first two commands of README.md, the report and the tests, on a bare Debian made for the purpose, and says how long they took:
#   sudo bash scripts/fresh-machine.sh [--lend-rust] [--with "PACKAGES"] [--no-tests] [SUITE]
# SUITE is bookworm unless said, or trixie. --with first installs Debian packages, to try half of a toolchain: --with "clang llvm cargo".
# --lend-rust copies the Rust that rustup has on this machine into the system, for where rustup cannot reach its server: all but its download is tried then.
# The system lies in a temporary folder and goes with the script. It sees the network as this machine does: its proxies, Debian mirror, apt and cargo
# settings and certificates of its own are read here and passed on.
set -euo pipefail

usage() { sed -n '2,4s/^# *//p' "$0" >&2; exit 2; }
suite=bookworm lend="" with="" tests=yes
while [ $# -gt 0 ]; do
    case $1 in
    --lend-rust) lend=yes ;;
    --with) with=${2:?give packages}; shift ;;
    --no-tests) tests="" ;;
    -*) usage ;;
    *) suite=$1 ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || { echo "fresh-machine: run this as root: it makes a system in a folder" >&2; exit 2; }

clone=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v debootstrap > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap > /dev/null
fi

machine=$(mktemp -d)
chmod 755 "$machine"
clean() {
    umount "$machine/proc" 2> /dev/null || true
    rm -rf --one-file-system "$machine"
}
trap clean EXIT
trap 'exit 130' INT TERM

echo "fresh-machine: making a bare $suite" >&2
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | sed -n '/security/!s/^Debian //p' | head -n 1)
debootstrap --variant=minbase "$suite" "$machine" ${mirror:+"$mirror"} > "$machine.log" 2>&1 || { tail "$machine.log" >&2; exit 1; }
rm "$machine.log"
mount -t proc proc "$machine/proc"
home="$machine/root"

# The network, as it is here.
cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"
cp -a /etc/apt/apt.conf.d "$machine/etc/apt/"
echo 'Dpkg::Use-Pty "0";' > "$machine/etc/apt/apt.conf.d/99no-terminal"
# Certificates that this machine trusts beyond Debian's: the package of certificates takes up what lies here when it is installed.
own="$machine/usr/local/share/ca-certificates"
mkdir -p "$own"
awk -v folder="$own" '/BEGIN CERT/ { file = folder "/" ++n ".crt" } file { print > file } /END CERT/ { close(file); file = "" }' /etc/ssl/certs/ca-certificates.crt
for file in "$own"/*.crt; do
    if grep -qrF -e "$(sed -n 5p "$file")" /usr/share/ca-certificates; then rm "$file"; fi
done
here=${CARGO_HOME:-$HOME/.cargo}
mkdir "$home/.cargo"
[ ! -f "$here/config.toml" ] || cp "$here/config.toml" "$home/.cargo/"
mapfile -t passed < <(env | grep -iE '^((https?|ftp|all|no)_proxy|CARGO_(NET|HTTP|REGISTRY|REGISTRIES|SOURCE)_[A-Z_]*|RUSTUP_(DIST_SERVER|UPDATE_ROOT))=')

if [ -n "$lend" ]; then
    toolchain=$(basename "$(dirname "$(dirname "$(cd "$clone" && rustup which rustc)")")")
    echo "fresh-machine: lending $toolchain" >&2
    mkdir -p "$home/.cargo/bin" "$home/.rustup/toolchains"
    cp -a "$here"/bin/{rustup,cargo,rustc,rustdoc} "$home/.cargo/bin/"
    tar -C "${RUSTUP_HOME:-$HOME/.rustup}/toolchains" -ch --exclude=share/doc "$toolchain" | tar -C "$home/.rustup/toolchains" -x
    cp "${RUSTUP_HOME:-$HOME/.rustup}/settings.toml" "$home/.rustup/"
fi

mkdir "$home/casegraph"
git -C "$clone" archive HEAD | tar -x -C "$home/casegraph"

inside() {
    chroot "$machine" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${passed[@]+"${passed[@]}"} sh -c "cd /root/casegraph && $1"
}
packages() { inside "dpkg-query -W" | wc -l; }
megabytes() { du -sm --apparent-size "$@" 2> /dev/null | cut -f 1; }

if [ -n "$with" ]; then
    echo "fresh-machine: first installing $with" >&2
    inside "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $with" > /dev/null 2>&1
fi

# The command that README.md has between these marks.
command_of() { sed -n "/<!-- $1 -->/,/<!-- \/$1 -->/p" "$clone/README.md" | sed -n '/^```sh$/,/^```$/p' | sed '1d;$d'; }
TIMEFORMAT="fresh-machine: %1R s on the clock, %1U s of processors"
before=$(packages)
for mark in run ${tests:+test}; do
    command=$(command_of "$mark")
    echo "+ $command" >&2
    time inside "$command"
done
echo "fresh-machine: $(($(packages) - before)) packages installed; the program has $(megabytes "$home/casegraph/target/release/casegraph") MB," \
    "the target folder $(megabytes "$home/casegraph/target") MB, crates $(megabytes "$home/.cargo/registry") MB" >&2
ls "$home"/casegraph/casegraph-report.html > /dev/null

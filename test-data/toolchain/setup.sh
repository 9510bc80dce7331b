#!/usr/bin/env bash
# Sets up the toolchain that the tests compare with, in a folder of its own: gcc 16, binutils 2.47
# (writes SFrame V3), perf 7.2 and elfutils, all from Debian's forky suite. Needs root, about a minute, 1.2 GB.
#
#   test-data/toolchain/setup.sh            # into .toolchain/forky beside the package.json
#   PERF_SFRAME_TOOLCHAIN=/some/dir test-data/toolchain/setup.sh
#
# A finished root gets the packages that it lacks, so calling this twice costs nothing. Commands run in it by `enter.sh`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${PERF_SFRAME_TOOLCHAIN:-$here/../../.toolchain/forky}
packages=(gcc g++ binutils linux-perf libc6-dbg libc6-dev make file elfutils xz-utils dwz python3
    gcc-aarch64-linux-gnu gcc-s390x-linux-gnu gcc-arm-linux-gnueabihf)
# For 32-bit programs. g++-multilib, without a version, conflicts with the cross compilers.
packages+=(g++-16-multilib libc6-dev-i386)
# Small; the compilers that are not are added by setup-more.sh. samply imports what `inject` writes.
packages+=(musl-tools samply)

if [ -e "$root/.complete" ] && "$here/enter.sh" dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    echo "toolchain: $root is complete"
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "toolchain: debootstrap needs root; run this as root or under sudo" >&2
    exit 1
fi

if [ -e "$root/.complete" ]; then
    "$here/enter.sh" apt-get update
    "$here/enter.sh" apt-get install -y --no-install-recommends "${packages[@]}"
    "$here/enter.sh" apt-get clean
    exit 0
fi
if ! command -v debootstrap >/dev/null; then
    apt-get update
    apt-get install -y debootstrap
fi
[ -n "$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages')" ] || apt-get update
# Debian 12's debootstrap does not know the suite's name yet; every suite since etch is made by the same script.
[ -e /usr/share/debootstrap/scripts/forky ] || ln -s sid /usr/share/debootstrap/scripts/forky
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')

rm -rf "$root"
mkdir -p "$root"
debootstrap --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" forky "$root" "$mirror"
# The suite moves on; an index that is some weeks old still names packages that are there.
echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99valid"
rm -f "$root"/var/cache/apt/archives/*.deb
touch "$root/.complete"
"$here/enter.sh" sh -c 'perf --version; gcc --version | head -1; as --version | head -1'

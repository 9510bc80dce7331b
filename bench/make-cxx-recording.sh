#!/usr/bin/env bash
# Makes the recordings of code as people have it: a C++ program of Boost, nlohmann json and Eigen with some 20 MB of debug
# information, and a program whose samples nearly all have stacks of their own. The libraries are headers from Debian, put
# into the toolchain root (180 MB) where they are missing. Needs that root (test-data/toolchain/setup.sh).
#
#   bench/make-cxx-recording.sh      # into bench/.work: cxx, stacks, both with frame pointers (-fp), libc, and root/ for --symfs
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/copy-libraries.sh"
root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../.toolchain/forky}")
work=$here/.work
packages=(libboost-dev libboost-regex-dev nlohmann-json3-dev libeigen3-dev)

enter() { ENTER_BIND=$(realpath "$work/root/w"):/w "$here/../test-data/toolchain/enter.sh" "$@"; }

mkdir -p "$work/root/w"
copy_libraries "$root" "$work/root"
if ! enter dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    enter apt-get update -q
    enter apt-get install -y -q --no-install-recommends "${packages[@]}"
    enter apt-get clean
fi

# record NAME FREQUENCY COMMAND…
record() {
    local name=$1 frequency=$2
    shift 2
    enter env HOME=/w/home perf record -q -e cpu-clock:u -F "$frequency" -m 16M --call-graph dwarf -o /w/recording.data "$@"
    mv "$work/root/w/recording.data" "$work/$name.data"
    rm -rf "$work/root/w/home"
    ls -l "$work/$name.data"
}

cp -p "$here/programs/"* "$work/root/w/"
common=(-O2 -g -Wa,--gsframe-3)
# build_cxx NAME OPTION: compiling takes a minute, so only what changed is
build_cxx() {
    [ ! "$work/root/w/$1" -nt "$here/programs/cxx-libraries.cpp" ] || return 0
    enter g++ -std=c++20 "${common[@]}" "$2" -I/usr/include/eigen3 -o "$1" cxx-libraries.cpp
}
build_cxx cxx-libraries -fomit-frame-pointer
build_cxx cxx-libraries-fp -fno-omit-frame-pointer
enter gcc "${common[@]}" -o many-stacks many-stacks.c
enter gcc "${common[@]}" -fno-omit-frame-pointer -o many-stacks-fp many-stacks.c
enter gcc "${common[@]}" -o libc-calls libc-calls.c
record cxx 999 /w/cxx-libraries 180
record cxx-fp 999 /w/cxx-libraries-fp 180
record stacks 3999 /w/many-stacks 80000
record stacks-fp 3999 /w/many-stacks-fp 80000
record libc 1999 /w/libc-calls 300

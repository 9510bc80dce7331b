#!/usr/bin/env bash
# Makes the recording that run.mjs measures on: a dozen of the workloads one after another, several times over, with 8 KB of
# stack per sample. 30,000 samples and more, about 300 MB. Needs the toolchain root and the built workloads
# (test-data/toolchain/setup.sh, test-data/workloads/build.sh).
#
#   bench/make-recording.sh              # into bench/.work: bench.data, and root/ for --symfs
#   bench/make-recording.sh 1 small      # once instead of 4 times, into bench/.work/small.data
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/copy-libraries.sh"
times=${1:-4}
name=${2:-bench}
root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../.toolchain/forky}")
work=$here/.work

# A copy of the workloads: the recording stays readable when they are built anew.
mkdir -p "$work/root/w"
rm -rf "$work/root/w/bin"
cp -r "$here/../test-data/.work/bin" "$work/root/w/bin"
copy_libraries "$root" "$work/root"
cat >"$work/root/w/run-all" <<'RUN'
#!/bin/sh
for round in $(seq "$1"); do
    for program in qsort-callback recursion vla-alloca over-aligned signals coroutines exceptions virtual-calls inlines \
        threads plugin-host fork-exec; do
        /w/bin/$program-nofp
    done
done
RUN
chmod +x "$work/root/w/run-all"

ENTER_BIND=$(realpath "$work/root/w"):/w "$here/../test-data/toolchain/enter.sh" env HOME=/w/home \
    perf record -q -e cpu-clock:u -F 3999 -m 16M --call-graph dwarf -o /w/recording.data /w/run-all "$times"
mv "$work/root/w/recording.data" "$work/$name.data"
rm -rf "$work/root/w/home"
ls -l "$work/$name.data"

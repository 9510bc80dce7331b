#!/usr/bin/env bash
# Peak memory over recordings of one workload run once and ten times, in every container form: it must not grow with the
# recording. Prints a table. Needs the toolchain root, the built workloads and bench/make-recording.sh (for the folder).
#
#   bench/memory.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/.work/root/w
program=$here/../bin/perf-sframe.js

enter() { ENTER_BIND=$(realpath "$work"):/w "$here/../test-data/toolchain/enter.sh" "$@"; }

cp "$here/stopwatch.c" "$work/stopwatch.c"
enter gcc -O2 -static -o /w/stopwatch /w/stopwatch.c
mkdir -p "$work/memory"

# record NAME TIMES PERF-RECORD-ARGUMENTS…
record() {
    local name=$1 times=$2
    shift 2
    rm -rf "$work/memory/$name"
    local loop="for round in \$(seq $times); do /w/bin/recursion-nofp; /w/bin/qsort-callback-nofp; done"
    if [ "$name" != "${name#pipe}" ]; then
        enter sh -c "HOME=/w perf record -q -o - -e cpu-clock:u -F 1999 --call-graph dwarf $* sh -c '$loop' >/w/memory/$name"
    else
        enter env HOME=/w perf record -q -o "/w/memory/$name" -e cpu-clock:u -F 1999 -m 4M --call-graph dwarf "$@" sh -c "$loop"
    fi
}

# Peak kilobytes of `script` and `report` over a recording.
peak() {
    local command=$1 name=$2
    "$work/stopwatch" /dev/null node "$program" "$command" --no-inline --symfs "$here/.work/root" -i "$work/memory/$name" |
        cut -d' ' -f3
}

printf '%-12s %10s %10s %14s %14s %14s %14s\n' container 'once MB' '10x MB' 'script, once' 'script, 10x' 'report, once' 'report, 10x'
for form in "file" "gzip" "compressed -z" "directory --threads" "pipe"; do
    read -r container options <<<"$form"
    row=("$container")
    sizes=() peaks=()
    for times in 1 10; do
        # shellcheck disable=SC2086 # options are words
        if [ "$container" = gzip ]; then gzip -c "$work/memory/file.$times" >"$work/memory/gzip.$times"
        else record "$container.$times" "$times" $options >/dev/null 2>&1; fi
        sizes+=("$(du -sm "$work/memory/$container.$times" | cut -f1)")
    done
    for command in script report; do
        for times in 1 10; do peaks+=("$(($(peak $command "$container.$times") / 1024)) MB"); done
    done
    printf '%-12s %10s %10s %14s %14s %14s %14s\n' "${row[@]}" "${sizes[@]}" "${peaks[@]}"
done
rm -rf "$work/memory"

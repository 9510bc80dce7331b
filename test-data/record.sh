#!/usr/bin/env bash
# Records every workload with the perf of the toolchain root and stores, beside each recording, what that perf prints of it.
# Recordings, texts and manifest.json go to test-data/.work/recordings. Needs toolchain/setup.sh and workloads/build.sh first.
#
#   test-data/record.sh                 # all
#   test-data/record.sh recursion -z    # only those whose name contains one of the words
#
# For reading a recording outside the root, test-data/.work/symfs is the `--symfs` folder: it leads the paths that the
# recordings name (/w/bin/…, /usr/lib/…) to the workloads and to the root's libraries and debug files.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/.work

if [ "${PERF_SFRAME_INSIDE:-}" != 1 ]; then
    root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../.toolchain/forky}")
    rm -rf "$work/symfs"
    mkdir -p "$work/symfs/w"
    ln -s "$root/usr" "$work/symfs/usr"
    ln -s usr/lib "$work/symfs/lib"
    ln -s "$(realpath "$work/bin")" "$work/symfs/w/bin"
    cp "$here/record.sh" "$work/record.sh"
    ENTER_BIND=$(realpath "$work"):/w exec "$here/toolchain/enter.sh" \
        env PERF_SFRAME_INSIDE=1 bash /w/record.sh "$@"
fi

cd /w
mkdir -p recordings
wanted=("$@")
quiet=(-q -N)         # -N: no copies of the binaries in ~/.debug, where perf would find them instead
user=(-e cpu-clock:u) # works without a hardware counter
often=(-F 999)
dwarf=(--call-graph dwarf)

is_wanted() {
    [ ${#wanted[@]} = 0 ] && return 0
    local word
    for word in "${wanted[@]}"; do [[ $1 == *$word* ]] && return 0; done
    return 1
}

# What perf prints of recording $1, each file with the command that made it.
expect() {
    local name=$1 input=recordings/$1.data
    print() {
        local kind=$1
        shift
        "$@" -i "$input" >"recordings/$name.$kind.txt" 2>"recordings/$name.$kind.err" </dev/null || true
        printf '%s -i %s\n' "$*" "$input" >"recordings/$name.$kind.cmd"
    }
    print noinline perf script --no-inline
    print script perf script
    print report-flat perf report --no-children -g none --stdio --no-inline
    print report perf report --stdio --no-inline
    print header perf script --header-only
    print events perf script --no-inline --show-mmap-events --show-task-events
}

# record NAME PERF-RECORD-ARGUMENTS…: makes recordings/NAME.data.
record() {
    local name=$1 output=recordings/$1.data
    shift
    is_wanted "$name" || return 0
    echo "record: $name"
    rm -rf "$output" recordings/"$name".*.{txt,err,cmd}
    perf record "${quiet[@]}" -o "$output" "$@" >"recordings/$name.record.err" 2>&1 || {
        local code=$?
        # A workload's own exit code is not perf's failure; a missing recording is.
        [ -e "$output" ] || { cat "recordings/$name.record.err" >&2; return $code; }
    }
    printf 'perf record %s -o %s %s\n' "${quiet[*]}" "$output" "$*" >"recordings/$name.cmd"
    expect "$name"
}

# Everything as the README tells people to record it.
for program in bin/*-fp bin/*-nofp; do
    record "$(basename "$program")" "${user[@]}" "${often[@]}" "${dwarf[@]}" "/w/$program"
done

# Ways to record, one subject each.
record recursion-fp.callgraph-fp "${user[@]}" "${often[@]}" --call-graph fp /w/bin/recursion-fp
record qsort-callback-fp.callgraph-fp "${user[@]}" "${often[@]}" --call-graph fp /w/bin/qsort-callback-fp
record qsort-callback-nofp.callgraph-fp "${user[@]}" "${often[@]}" --call-graph fp /w/bin/qsort-callback-nofp
record signals-fp.callgraph-fp "${user[@]}" "${often[@]}" --call-graph fp /w/bin/signals-fp
record recursion-nofp.stack-2048 "${user[@]}" "${often[@]}" --call-graph dwarf,2048 /w/bin/recursion-nofp
record recursion-nofp.stack-65528 "${user[@]}" -F 299 --call-graph dwarf,65528 /w/bin/recursion-nofp
record over-aligned-nofp.three-registers "${user[@]}" "${often[@]}" "${dwarf[@]}" --user-regs=ip,sp,bp /w/bin/over-aligned-nofp
record vla-alloca-fp.three-registers "${user[@]}" "${often[@]}" "${dwarf[@]}" --user-regs=ip,sp,bp /w/bin/vla-alloca-fp
record threads-nofp.compressed "${user[@]}" "${often[@]}" "${dwarf[@]}" -z /w/bin/threads-nofp
record threads-nofp.directory "${user[@]}" "${often[@]}" "${dwarf[@]}" --threads /w/bin/threads-nofp
record threads-nofp.per-thread "${user[@]}" "${often[@]}" "${dwarf[@]}" --per-thread /w/bin/threads-nofp
record threads-nofp.no-inherit "${user[@]}" "${often[@]}" "${dwarf[@]}" --no-inherit /w/bin/threads-nofp
record virtual-calls-nofp.no-callgraph "${user[@]}" "${often[@]}" /w/bin/virtual-calls-nofp
record virtual-calls-nofp.period "${user[@]}" -c 2000000 "${dwarf[@]}" -d --sample-cpu /w/bin/virtual-calls-nofp
record two-events "${user[@]}" -e page-faults:u "${often[@]}" "${dwarf[@]}" /w/bin/exceptions-nofp
record group-of-events -e '{cpu-clock:u,page-faults:u}:S' "${often[@]}" "${dwarf[@]}" /w/bin/exceptions-nofp
record kernel-and-user -e cpu-clock "${often[@]}" "${dwarf[@]}" /w/bin/plugin-host-nofp
record kernel-and-user-fp -e cpu-clock "${often[@]}" -g /w/bin/fork-exec-fp
record whole-system -a -e cpu-clock "${often[@]}" "${dwarf[@]}" /w/bin/fork-exec-nofp
record task-records "${user[@]}" "${often[@]}" "${dwarf[@]}" --namespaces --switch-events --all-cgroups /w/bin/fork-exec-nofp
record tracepoint -e sched:sched_switch -e "${user[1]}" "${often[@]}" "${dwarf[@]}" /w/bin/threads-nofp

if is_wanted exceptions-nofp.pipe; then
    echo "record: exceptions-nofp.pipe"
    perf record "${quiet[@]}" "${user[@]}" "${often[@]}" "${dwarf[@]}" -o - /w/bin/exceptions-nofp >recordings/exceptions-nofp.pipe.data
    echo "perf record ${quiet[*]} ${user[*]} ${often[*]} ${dwarf[*]} -o - /w/bin/exceptions-nofp >recordings/exceptions-nofp.pipe.data" \
        >recordings/exceptions-nofp.pipe.cmd
    expect exceptions-nofp.pipe
fi

cp /proc/kallsyms recordings/kallsyms
{
    perf --version
    gcc --version | head -1
    as --version | head -1
    eu-readelf --version | head -1
    uname -rm
} >recordings/versions.txt

#!/usr/bin/env bash
# Records the workloads with the perf of the toolchain root and stores, beside each recording, what that perf prints of it.
# Needs toolchain/setup.sh and workloads/build.sh first.
#
#   test-data/record.sh                 # every workload in many ways, into test-data/.work/recordings
#   test-data/record.sh recursion -z    # only those whose name contains one of the words
#   test-data/record.sh --committed     # the small ones that are part of the repository, into test-data/recordings
#
# Outside the root the fresh recordings are read with `--symfs test-data/.work/symfs`, which leads the paths that they name
# (/w/bin/…, /usr/lib/…) to the workloads and to the root's libraries and debug files; the committed ones, of programs
# without any library, with `--symfs test-data/recordings/root`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/.work

if [ "${PERF_SFRAME_INSIDE:-}" != 1 ]; then
    root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../.toolchain/forky}")
    rm -rf "$work/symfs"
    mkdir -p "$work/symfs/w"
    # Nothing outside --symfs is read, so links would lead nowhere: the files themselves, by a second name.
    cp -al "$root/usr" "$work/symfs/usr"
    ln -s usr/lib "$work/symfs/lib"
    cp -al "$(realpath "$work/bin")" "$work/symfs/w/bin"
    cp "$here/record.sh" "$work/record.sh"
    inside() {
        ENTER_BIND=$(realpath "$work"):/w "$here/toolchain/enter.sh" env PERF_SFRAME_INSIDE=1 bash /w/record.sh "$@"
    }
    if [ "${1:-}" = --committed ]; then
        rm -rf "$work/committed"
        inside "$@"
        rm -rf "$here/recordings"
        cp -r "$work/committed" "$here/recordings"
        chmod -R a+rX "$here/recordings"
        node "$here/write-manifest.mjs" "$here/recordings"
    else
        inside "$@"
        # Generated code of Python, which lies where it was written while it was recorded.
        mkdir -p "$work/symfs/tmp"
        find "$root/tmp" -maxdepth 1 -name 'jit*' -exec cp -al {} "$work/symfs/tmp/" \;
        node "$here/write-manifest.mjs" "$work/recordings"
    fi
    exit
fi

cd /w
user=(-e cpu-clock:u) # works without a hardware counter
often=(-F 999)
dwarf=(--call-graph dwarf)
wanted=()
target=recordings
reader=() # what perf is told besides, when it prints

is_wanted() {
    [ ${#wanted[@]} = 0 ] && return 0
    local word
    for word in "${wanted[@]}"; do [[ $1 == *$word* ]] && return 0; done
    return 1
}

# perf record copies binaries to ~/.debug, where the printing perf would find them first: it gets a home of its own.
perf_record() { HOME=/w/home perf record -q "$@"; }

# commands.txt has a line "FILE<tab>COMMAND" for each file made; the manifest takes it over.
note_command() { printf '%s\t%s\n' "$1" "${*:2}" >>"$target/commands.txt"; }

# What perf prints of recording NAME. The committed texts are compressed where they are long. perf gets processes of its own:
# where a pid of the recording is that of a live process, perf enters its mount namespace to read the binaries, and does not
# find back into this root.
expect() {
    local name=$1
    print() {
        local text=$name.$1.txt
        shift
        unshare --pid --fork --mount-proc --propagation unchanged "$@" "${reader[@]}" -i "$target/$name.data" \
            >"$target/$text" 2>"$target/print.err" </dev/null || { cat "$target/print.err" >&2; return 1; }
        if [ "$target" = committed ] && [ "$(stat -c %s "$target/$text")" -gt 8192 ]; then
            gzip -9nf "$target/$text"
            text=$text.gz
        fi
        note_command "$text" "$@" "${reader[@]}" -i "$target/$name.data"
    }
    print noinline perf script --no-inline
    print script perf script
    print report-flat perf report --no-children -g none --stdio --no-inline
    print report perf report --stdio --no-inline
    print header perf script --header-only
    print events perf script --no-inline --show-mmap-events --show-task-events
    rm -f "$target/print.err"
}

# Whether perf printed samples of recording NAME without any frame. Its libdw sometimes loses every stack of a recording, and
# such a text compares nothing. The idle tasks of a whole system have no stack of their own, and in programs whose text was moved
# or is mapped twice, or that generate code, perf does not find any.
perf_lost_stacks() {
    local text=$target/$1.noinline.txt
    [[ $1 != whole-system && $1 != moved-text* && $1 != remapped-code* && $1 != python-jit* ]] && [ -f "$text" ] &&
        awk '/^$/ && header { lost = 1 } { header = /^[^\t]/ } END { exit !lost }' "$text"
}

# record NAME PERF-RECORD-ARGUMENTS…: makes NAME.data, again where perf lost its stacks.
record() {
    is_wanted "$1" || return 0
    local attempt
    for attempt in 1 2 3 4 5; do
        record_once "$@"
        perf_lost_stacks "$1" || return 0
        echo "record: perf lost stacks of $1 (attempt $attempt)"
    done
}

# record_injected NAME: makes NAME.injected.data of NAME.data, with a file for each function of generated code.
record_injected() {
    perf inject --jit -i "$target/$1.data" -o "$target/$1.injected.data"
    note_command "$1.injected.data" perf inject --jit -i "$target/$1.data" -o "$target/$1.injected.data"
    expect "$1.injected"
}

record_once() {
    local name=$1 output=$target/$1.data
    shift
    echo "record: $name"
    rm -rf "$output" "$target/$name".*.txt
    local code=0
    if [[ $name == *.pipe ]]; then
        perf_record -o - "$@" 2>"$target/$name.err" >"$output" || code=$?
        note_command "$name.data" perf record -q -o - "$@" ">$output"
    else
        perf_record -o "$output" "$@" >"$target/$name.err" 2>&1 || code=$?
        note_command "$name.data" perf record -q -o "$output" "$@"
    fi
    # A workload's own exit code is not perf's failure; a missing recording is.
    [ -s "$output" ] || { cat "$target/$name.err" >&2; return $((code ? code : 1)); }
    rm -f "$target/$name.err"
    expect "$name"
}

record_committed() {
    local small=(--call-graph dwarf,1024) program
    mkdir -p committed/root/w/bin
    for program in blur-image shapes own-signals; do
        cp "bin/$program-fp" "bin/$program-nofp" committed/root/w/bin
        note_command "root/w/bin/$program-fp" test-data/workloads/build.sh
        note_command "root/w/bin/$program-nofp" test-data/workloads/build.sh
    done
    record blur-image-nofp "${user[@]}" -F 599 "${small[@]}" /w/bin/blur-image-nofp
    record blur-image-fp "${user[@]}" -F 299 "${small[@]}" /w/bin/blur-image-fp
    record shapes-nofp "${user[@]}" -F 399 "${small[@]}" /w/bin/shapes-nofp
    record shapes-fp "${user[@]}" -F 199 "${small[@]}" /w/bin/shapes-fp
    # The context that the kernel saves for a handler needs room in the copy.
    record own-signals-nofp "${user[@]}" -F 149 --call-graph dwarf,6144 /w/bin/own-signals-nofp
    record own-signals-fp "${user[@]}" -F 99 --call-graph dwarf,6144 /w/bin/own-signals-fp
    record blur-image-fp.callgraph-fp "${user[@]}" -F 599 --call-graph fp /w/bin/blur-image-fp
    record blur-image-nofp.three-registers "${user[@]}" -F 299 "${small[@]}" --user-regs=ip,sp,bp /w/bin/blur-image-nofp
    record blur-image-nofp.short-stack "${user[@]}" -F 299 --call-graph dwarf,256 /w/bin/blur-image-nofp
    record blur-image-nofp.compressed "${user[@]}" -F 599 --call-graph dwarf -z /w/bin/blur-image-nofp
    record blur-image-nofp.directory "${user[@]}" -F 199 "${small[@]}" --threads /w/bin/blur-image-nofp
    record blur-image-nofp.per-thread "${user[@]}" -F 199 "${small[@]}" --per-thread /w/bin/blur-image-nofp
    record blur-image-nofp.two-events "${user[@]}" -e page-faults:u -F 199 "${small[@]}" /w/bin/blur-image-nofp
    record blur-image-nofp.no-callgraph "${user[@]}" -F 599 /w/bin/blur-image-nofp
    record blur-image-nofp.pipe "${user[@]}" -F 199 "${small[@]}" /w/bin/blur-image-nofp
}

record_fresh() {
    # Everything as the README tells people to record it.
    local program time
    for program in bin/*-fp bin/*-nofp; do
        record "$(basename "$program")" "${user[@]}" "${often[@]}" "${dwarf[@]}" "/w/$program"
    done

    record moved-text "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/moved-text
    record moved-text-fixed "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/moved-text-fixed
    # Its first sample is in the program itself, not in the loader.
    record moved-text-alone "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/moved-text-alone
    record remapped-code "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/remapped-code
    record remapped-code-fixed "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/remapped-code-fixed

    # Code that Python generates, as it is and after perf has made a file of each function.
    if is_wanted python-jit; then
        rm -f /tmp/jit-*.dump /tmp/jitted-*
        record python-jit "${user[@]}" "${often[@]}" -k mono "${dwarf[@]}" python3 -X perf_jit /w/src/generated-code.py
        record_injected python-jit
    fi

    # What compare explains.
    # At 999 Hz a cause showed in 19 samples at least: too few to rely on where the machine is faster.
    record unwind-causes "${user[@]}" -F 2999 "${dwarf[@]}" /w/bin/unwind-causes
    record rebuild-before "${user[@]}" -F 1999 "${dwarf[@]}" /w/bin/rebuild-before/hot-host
    record rebuild-after "${user[@]}" -F 1999 "${dwarf[@]}" /w/bin/rebuild-after/hot-host
    for time in second third fourth; do
        record "rebuild-after.$time" "${user[@]}" -F 1999 "${dwarf[@]}" /w/bin/rebuild-after/hot-host
    done
    record rebuild-after.hotter "${user[@]}" -F 1999 "${dwarf[@]}" /w/bin/rebuild-after/hot-host 2

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
    record fp-and-dwarf -e cpu-clock/call-graph=fp,name=by-fp/u -e cpu-clock/call-graph=dwarf,name=by-dwarf/u -F 499 /w/bin/recursion-fp
    record group-of-events -e '{cpu-clock:u,page-faults:u}:S' "${often[@]}" "${dwarf[@]}" /w/bin/exceptions-nofp
    record kernel-and-user -e cpu-clock "${often[@]}" "${dwarf[@]}" /w/bin/plugin-host-nofp
    record kernel-and-user-fp -e cpu-clock "${often[@]}" -g /w/bin/fork-exec-fp
    record whole-system -a -e cpu-clock "${often[@]}" "${dwarf[@]}" /w/bin/fork-exec-nofp
    record task-records "${user[@]}" "${often[@]}" "${dwarf[@]}" --namespaces --switch-events --all-cgroups /w/bin/fork-exec-nofp
    record tracepoint -e sched:sched_switch "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/threads-nofp
    record tracepoints -e 'sched:*' -e 'irq:*' -e kmem:kmalloc -e 'raw_syscalls:*' -e 'syscalls:*openat' --call-graph fp /w/bin/threads-fp
    record clock "${user[@]}" "${often[@]}" -k CLOCK_MONOTONIC --all-cgroups /w/bin/recursion-nofp
    record exceptions-nofp.pipe "${user[@]}" "${often[@]}" "${dwarf[@]}" /w/bin/exceptions-nofp
    record threads-nofp.pipe-compressed.pipe "${user[@]}" "${often[@]}" "${dwarf[@]}" -z /w/bin/threads-nofp
}

if [ "${1:-}" = --committed ]; then
    target=committed
    reader=(--symfs committed/root)
    mkdir -p committed
    record_committed
else
    wanted=("$@")
    mkdir -p recordings
    # perf of the root reads the kernel's symbols from here; whoever reads the recordings elsewhere needs this copy.
    cp /proc/kallsyms recordings/kallsyms
    record_fresh
fi
{
    perf --version
    gcc --version | sed -n 1p
    as --version | sed -n 1p
    eu-readelf --version | sed -n 1p
    uname -srm
} >"$target/tools.txt"

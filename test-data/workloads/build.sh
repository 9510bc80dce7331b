#!/usr/bin/env bash
# Builds every workload inside the toolchain root into test-data/.work/bin, with SFrame V3, each with (-fp) and without
# (-nofp) frame pointers. Inside the root that folder is /w/bin, so recordings name no path of the machine.
#
#   test-data/workloads/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/../.work

# Called again inside the root, where /w is the work folder and /w/src holds the sources.
if [ "${1:-}" != inside ]; then
    mkdir -p "$work/bin"
    work=$(realpath "$work")
    rm -rf "$work/src"
    cp -r "$here" "$work/src"
    ENTER_BIND=$work:/w exec "$here/../toolchain/enter.sh" bash src/build.sh inside
fi

cd /w/src
common=(-g -Wall -Wextra -Wa,--gsframe-3)
declare -A frame_pointer=(
    [fp]="-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer"
    [nofp]="-fomit-frame-pointer"
)
c_programs=(recursion qsort-callback vla-alloca over-aligned tail-calls longjmp signals coroutines threads plugin-host
    fork-exec big-frames clock-reads)
cpp_programs=(virtual-calls exceptions inlines)
freestanding=(-ffreestanding -nostdlib -static -fno-stack-protector)

# 3.5 MB of code to look up addresses in (parser/dwarf/info/large-binary.test.ts), compiled beside all else.
large=(-std=c++20 -O2 -g -fno-tree-slp-vectorize -fno-tree-vectorize -DPARTS=2 -DCOUNT=230)
g++ "${large[@]}" -DPART=0 -c -o /tmp/large-0.o large-program.cpp &
large_jobs=($!)
g++ "${large[@]}" -DPART=1 -c -o /tmp/large-1.o large-program.cpp &
large_jobs+=($!)

for variant in fp nofp; do
    # shellcheck disable=SC2206 # the flags are words
    flags=("${common[@]}" ${frame_pointer[$variant]})
    for name in "${c_programs[@]}"; do
        gcc -O2 "${flags[@]}" -o "/w/bin/$name-$variant" "$name.c" -pthread
    done
    for name in "${cpp_programs[@]}"; do
        g++ -std=c++20 -O2 "${flags[@]}" -o "/w/bin/$name-$variant" "$name.cpp"
    done
    gcc -O2 "${flags[@]}" -shared -fPIC -o "/w/bin/libplugin-$variant.so" plugin.c
    gcc -O2 "${flags[@]}" -shared -fPIC -o "/w/bin/libplt-library-$variant.so" plt-library.c
    gcc -O2 "${flags[@]}" -Wl,-z,lazy -Wl,-rpath,'$ORIGIN' -o "/w/bin/plt-calls-$variant" plt-calls.c \
        "/w/bin/libplt-library-$variant.so"
    for name in blur-image own-signals; do
        gcc -O2 "${flags[@]}" "${freestanding[@]}" -o "/w/bin/$name-$variant" "freestanding/$name.c" freestanding/start.S
    done
    gcc -O2 "${flags[@]}" "${freestanding[@]}" -DNO_DATA_SECTION -o "/w/bin/own-signals-bss-$variant" \
        freestanding/own-signals.c freestanding/start.S
    g++ -std=c++20 -O2 "${flags[@]}" "${freestanding[@]}" -fno-exceptions -fno-rtti -o "/w/bin/shapes-$variant" \
        freestanding/shapes.cpp freestanding/start.S
    # The same source in other shapes: more inlining, fixed addresses, no shared libraries, symbols in a file of their own.
    g++ -std=c++20 -O3 "${flags[@]}" -o "/w/bin/inlines-o3-$variant" inlines.cpp
    # perf reads debug information itself only of programs at fixed addresses (docs/as-perf.md).
    g++ -std=c++20 -O2 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/inlines-nopie-$variant" inlines.cpp
    g++ -std=c++20 -O3 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/inlines-o3-nopie-$variant" inlines.cpp
    g++ -std=c++20 -O2 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/virtual-calls-nopie-$variant" virtual-calls.cpp
    g++ -std=c++20 -O3 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/virtual-calls-o3-nopie-$variant" virtual-calls.cpp
    gcc -O2 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/recursion-nopie-$variant" recursion.c
    gcc -O3 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/recursion-o3-nopie-$variant" recursion.c
    gcc -O3 "${flags[@]}" -no-pie -fno-pie -o "/w/bin/over-aligned-o3-nopie-$variant" over-aligned.c
    gcc -O2 "${flags[@]}" -static -o "/w/bin/qsort-callback-static-$variant" qsort-callback.c
    gcc -O2 "${flags[@]}" -static-pie -o "/w/bin/recursion-static-pie-$variant" recursion.c
    objcopy --only-keep-debug "/w/bin/vla-alloca-$variant" "/w/bin/vla-alloca-stripped-$variant.debug"
    objcopy --strip-all --add-gnu-debuglink="/w/bin/vla-alloca-stripped-$variant.debug" \
        "/w/bin/vla-alloca-$variant" "/w/bin/vla-alloca-stripped-$variant"
done
# Segments that lie further apart in memory than in the file, as lld lays them out: perf takes them all to lie like the first.
# shellcheck disable=SC2206 # the flags are words
moved=("${common[@]}" ${frame_pointer[nofp]})
gcc -O2 "${moved[@]}" -Wl,--section-start=.text=0x20000 -o /w/bin/moved-text qsort-callback.c
gcc -O2 "${moved[@]}" -no-pie -fno-pie -Wl,--section-start=.text=0x420000 -o /w/bin/moved-text-fixed qsort-callback.c
gcc -O2 "${moved[@]}" "${freestanding[@]}" -Wl,--section-start=.text=0x420000 -o /w/bin/moved-text-alone freestanding/blur-image.c \
    freestanding/start.S
# Text that is mapped twice: perf drops the binary at the second mapping.
gcc -O2 "${moved[@]}" -o /w/bin/remapped-code remapped-code.c
gcc -O2 "${moved[@]}" -no-pie -fno-pie -o /w/bin/remapped-code-fixed remapped-code.c
# Causes of divergence (docs/compare.md): rows written by hand, named as a section that ld does not merge until it has linked.
gcc -nostdlib -static -o /w/bin/unwind-causes causes/unwind-causes.S
objcopy --rename-section .rows_by_hand=.sframe /w/bin/unwind-causes
# The same program with a library that has no SFrame, and that has.
for build in before after; do
    mkdir -p "/w/bin/rebuild-$build"
    sframe=()
    [ $build = before ] || sframe=(-Wa,--gsframe-3)
    gcc -O2 -g -fomit-frame-pointer "${sframe[@]}" -shared -fPIC -nostdlib -o "/w/bin/rebuild-$build/libhot.so" causes/hot-library.c
    gcc -O2 -g -fomit-frame-pointer -Wa,--gsframe-3 -ffreestanding -nostdlib -Wl,-rpath,'$ORIGIN' -o "/w/bin/rebuild-$build/hot-host" \
        causes/hot-host.c freestanding/start.S "/w/bin/rebuild-$build/libhot.so"
done
for job in "${large_jobs[@]}"; do wait "$job"; done
g++ -o /w/bin/large-program /tmp/large-0.o /tmp/large-1.o
rm /tmp/large-0.o /tmp/large-1.o
echo "workloads: $(ls /w/bin | wc -l) files built"

#!/usr/bin/env bash
# Builds programs that are in wide use, each with and without --gsframe-3, for the three machines that SFrame is defined for:
# Lua, zstd and SQLite (C), ninja and LevelDB (C++). Their sources, and the C++ compilers for the other machines, come from
# the package registries and are not committed. Needs the toolchain root, the network and four to ten minutes;
# CI does not run it. sframe/make/real-programs.test.ts compares what it built.
#
#   test-data/workloads/build-real.sh            # into test-data/.work/real
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
enter=$here/../toolchain/enter.sh
out=${1:-$here/../.work/real}
mkdir -p "$out/packages/lists/partial" "$out/src"
out=$(cd "$out" && pwd)
inside() { ENTER_BIND=$out:/w "$enter" "$@"; }

# The root's own list of package sources stays as it is: indexes of sources are read into a folder of ours.
sed -n 'p; s/^deb /deb-src /p' "${PERF_SFRAME_TOOLCHAIN:-$here/../../.toolchain/forky}/etc/apt/sources.list" >"$out/packages/sources.list"
apt_get=(apt-get -q -o Dir::Etc::sourcelist=/w/packages/sources.list -o Dir::Etc::sourceparts=/none
    -o Dir::State::lists=/w/packages/lists -o APT::Sandbox::User=root)
headers=(libc6-dev-arm64-cross linux-libc-dev-arm64-cross libc6-dev-s390x-cross linux-libc-dev-s390x-cross)
gcc=$(inside gcc -dumpversion)
cxx=("g++-$gcc-aarch64-linux-gnu" "libstdc++-$gcc-dev-arm64-cross" "g++-$gcc-s390x-linux-gnu" "libstdc++-$gcc-dev-s390x-cross")
if [ ! -e "$out/src/.complete" ]; then
    inside "${apt_get[@]}" update
    inside env -C /w/packages "${apt_get[@]}" source --download-only --tar-only lua5.4 libzstd ninja-build
    # Headers of the other machines' libraries, and their compilers of C++. Nothing is linked: the root stays as it is.
    inside env -C /w/packages "${apt_get[@]}" download "${headers[@]}" "${cxx[@]}" ||
        echo "build-real: no headers of other machines' libraries; x86-64 alone" >&2
    (cd "$out/packages" && npm pack --silent better-sqlite3 leveldown)
    inside sh -euc 'cd /w/src
        for archive in ../packages/*.tar.[gx]z; do tar xf "$archive"; done
        for archive in ../packages/*.tgz; do
            name=$(basename "$archive" .tgz)
            mkdir -p "$name" && tar xf "$archive" -C "$name" --strip-components=1
        done
        mkdir -p headers/usr/lib
        for package in ../packages/*.deb; do [ ! -e "$package" ] || dpkg-deb -x "$package" headers; done
        # Their kernel headers are links into linux-libc-dev, which the root has.
        ln -sfn /usr/lib/linux headers/usr/lib/linux'
    touch "$out/src/.complete"
fi

# build NAME LINK_FLAGS… -- COMPILE_FLAGS… -- SOURCES…, in the folder of sources. Each file is compiled once and assembled
# twice: the two programs have the same code.
cat >"$out/build-one.sh" <<'INSIDE'
set -eu
machine=$1 folder=$2 name=$3 compiler=$4 link=$5 flags=$6
shift 6
objects=/w/objects/$machine/$name
mkdir -p "$objects" "/w/bin/$machine"
cd /w/src/$folder
with= without=
for source in "$@"; do
    base=$objects/$(echo "$source" | tr / _)
    case $source in
        *.S) "$compiler" $flags -E "$source" -o "$base.s" ;;
        *) "$compiler" -O2 -w $flags -S "$source" -o "$base.s" ;;
    esac
    "$compiler" -c "$base.s" -o "$base.o"
    "$compiler" -c -Wa,--gsframe-3 "$base.s" -o "$base.sframe.o" 2>>"$objects/warnings.txt"
    without="$without $base.o" with="$with $base.sframe.o"
done
"$compiler" $without $link -o "/w/bin/$machine/$name-without"
"$compiler" $with $link -o "/w/bin/$machine/$name"
echo "$machine/$name: $# files"
INSIDE

# The sources of a program: those below the folder that the pattern names, but for some.
sources() { (cd "$out/src/$1" && shift && eval "ls $1" | grep -vE "${2:-^$}"); }

build() {
    local machine=$1 folder=$2 name=$3 language=$4 link=$5 flags=$6 files=$7 compiler=gcc
    case $language-$machine in
        c-x86-64) compiler=gcc ;;
        c++-x86-64) compiler=g++ ;;
        *)
            local include=/w/src/headers/usr/$machine-linux-gnu/include
            compiler=$machine-linux-gnu-gcc link="-shared -nostdlib" flags="$flags -fPIC"
            # The root's compiler of C, with the other's cc1plus.
            # Its start files, which are not there, would have the symbol.
            [ "$language" = c ] || link="$link -Wl,--defsym=__dso_handle=0" flags="$flags -B/w/src/headers/usr/libexec/gcc-cross/$machine-linux-gnu/$gcc
                -isystem $include/c++/$gcc -isystem $include/c++/$gcc/$machine-linux-gnu"
            flags="$flags -isystem $include"
            ;;
    esac
    # shellcheck disable=SC2086
    inside sh /w/build-one.sh "$machine" "$folder" "$name" "$compiler" "$link" "$flags" $files
}

cd "$out/src"
lua=$(echo lua-*) zstd=$(echo zstd-*) sqlite=$(echo better-sqlite3-*)/deps/sqlite3
ninja=$(echo ninja-*) leveldb=$(cd "$out/src" && echo leveldown-*/deps/leveldb/leveldb-*)
for machine in x86-64 aarch64 s390x; do
    [ $machine = x86-64 ] || [ -e "headers/usr/$machine-linux-gnu/include" ] || continue
    build $machine "$lua" lua c "-lm -ldl" "-DLUA_USE_POSIX" "$(sources "$lua" 'src/*.c' 'luac\.c')"
    build $machine "$zstd" zstd c "-pthread" "-DZSTD_MULTITHREAD -DZSTD_LEGACY_SUPPORT=0 -DXXH_NAMESPACE=ZSTD_" \
        "$(sources "$zstd" 'lib/{common,compress,decompress,dictBuilder}/*.[cS] programs/*.c')"
    build $machine "$sqlite" libsqlite3.so c "-shared" "-fPIC -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE" sqlite3.c
    build $machine "$ninja" ninja c++ "-pthread" "-std=gnu++14" \
        "$(sources "$ninja" 'src/*.cc' '_test\.cc|test\.cc|perftest|browse|win32|msvc|minidump|includes_normalize|\.in\.cc|bench')"
    build $machine "$leveldb" leveldb-bench c++ "-pthread" "-std=gnu++11 -DOS_LINUX -DLEVELDB_PLATFORM_POSIX -DLEVELDB_ATOMIC_PRESENT -I. -Iinclude" \
        "$(sources "$leveldb" 'db/*.cc table/*.cc util/*.cc port/*.cc helpers/memenv/*.cc' '_test\.cc|_test_main|db/leveldbutil')"
done

#!/bin/sh
# Run inside the toolchain root: builds the programs of this folder in every variant that sframe dump is compared on,
# into the folder given, and writes what readelf prints of each beside it (NAME.readelf).
#
#   build.sh OUT
set -eu
here=$(dirname "$0")
out=$1
common="-O2 -Wa,--gsframe-3"
link="-nostdlib -nostartfiles -Wl,--unresolved-symbols=ignore-all -Wl,-e,main"

build() { # NAME COMPILER FLAGS…
    name=$1
    shift
    "$@" $common "$here/shapes.c" -o "$out/$name"
}
variants() { # ABI PREFIX: what every architecture has
    build "$1-fp" "$2gcc" $link -fno-omit-frame-pointer
    build "$1-nofp" "$2gcc" $link -fomit-frame-pointer
    build "$1-static" "$2gcc" $link -static
    build "$1.so" "$2gcc" $link -fPIC -shared
    build "$1.o" "$2gcc" -c
    build "$1-sections.o" "$2gcc" -c -ffunction-sections
}

variants x86-64 ""
variants aarch64 aarch64-linux-gnu-
variants s390x s390x-linux-gnu-
build x86-64-cet gcc $link -fcf-protection=full -Wl,-z,ibtplt
build x86-64-nopie gcc $link -no-pie -fno-pie
build aarch64-pac aarch64-linux-gnu-gcc $link -mbranch-protection=standard
build aarch64-pac-key-b aarch64-linux-gnu-gcc $link -mbranch-protection=pac-ret+b-key+leaf
build aarch64-pac.o aarch64-linux-gnu-gcc -c -mbranch-protection=standard
build s390x-z13 s390x-linux-gnu-gcc $link -march=z13
build s390x-z13-fp s390x-linux-gnu-gcc $link -march=z13 -fno-omit-frame-pointer
build s390x-backchain s390x-linux-gnu-gcc $link -mbackchain
build s390x-z13.o s390x-linux-gnu-gcc -c -march=z13
as --gsframe-3 "$here/frames.s" -o "$out/x86-64-frames.o"
ld -shared "$out/x86-64-frames.o" -o "$out/x86-64-frames.so"
ld -r "$out/x86-64-frames.o" "$out/x86-64.o" -o "$out/x86-64-joined.o"

for file in "$out"/*; do
    case $file in *.readelf) ;; *) readelf --sframe "$file" >"$file.readelf" ;; esac
done

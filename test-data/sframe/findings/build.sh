#!/bin/sh
# Run inside the toolchain root: builds the examples of docs/findings.md, and prints what binutils says of each.
#
#   build.sh OUT
set -eu
here=$(dirname "$0")
out=$1
mkdir -p "$out"
for name in restore-in-part restore-of-initial-state signal-trampoline restore-after-undefined function-of-no-bytes; do
    as --gsframe-3 "$here/$name.s" -o "$out/$name.o"
    ld -shared "$out/$name.o" -o "$out/$name.so"
done
shared="-O2 -fPIC -shared -nostdlib -Wl,--unresolved-symbols=ignore-all -Wl,-z,lazy -Wa,--gsframe-3"
gcc $shared -fcf-protection=none "$here/plt-got.c" -o "$out/plt-got.so"
gcc $shared -fcf-protection -Wl,-z,ibtplt "$here/plt-got.c" -o "$out/plt-got-ibt.so"
gcc $shared -fcf-protection=none "$here/gc-sections.c" -o "$out/all-sections.so"
gcc $shared -fcf-protection=none -Wl,--gc-sections "$here/gc-sections.c" -o "$out/gc-sections.so"
aarch64-linux-gnu-as --gsframe-3 "$here/return-address-in-x9.s" -o "$out/return-address-in-x9.o"
aarch64-linux-gnu-ld -shared "$out/return-address-in-x9.o" -o "$out/return-address-in-x9.so"
s390x-linux-gnu-gcc -O2 -fPIC -Wa,--gsframe-3 -c "$here/other-linkers/one.c" -o "$out/table.o"
echo 'int without_a_table;' | s390x-linux-gnu-gcc -fPIC -x c -c - -o "$out/no-table.o"
s390x="-shared --unresolved-symbols=ignore-all -z lazy"
s390x-linux-gnu-ld $s390x "$out/table.o" "$out/no-table.o" -o "$out/plt-table-first.so"
s390x-linux-gnu-ld $s390x "$out/no-table.o" "$out/table.o" -o "$out/plt-table-second.so"
for file in "$out"/*.so; do
    { readelf --sframe "$file"; readelf -x .sframe "$file"; readelf -wf "$file"; readelf -SlW "$file"; } >"$file.readelf"
done

#!/usr/bin/env bash
# Makes a recording of a large program, beside those of small ones that make-recording.sh makes: the Node that is installed here, whose
# binary has a hundred thousand C++ symbols, runs JavaScript for some ten seconds. 30,000 samples and more, about 300 MB. Needs the
# toolchain root (test-data/toolchain/setup.sh).
#
#   bench/make-node-recording.sh      # into bench/.work: node.data, and root/ for --symfs
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/copy-libraries.sh"
root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../.toolchain/forky}")
work=$here/.work

mkdir -p "$work/root/w"
copy_libraries "$root" "$work/root"
cp -L "$(command -v node)" "$work/root/w/node"
cat >"$work/root/w/program.js" <<'PROGRAM'
const table = {};
for (let i = 0; i < 200000; i++) table['key' + i] = [i, i * 2, String(i)];
let sum = 0;
for (let round = 0; round < 12; round++) {
    const text = JSON.stringify(table);
    sum += Object.keys(JSON.parse(text)).sort((a, b) => (a < b ? 1 : -1)).length;
    sum += (text.match(/\d+7/g) || []).length;
}
console.log(sum);
PROGRAM

ENTER_BIND=$(realpath "$work/root/w"):/w "$here/../test-data/toolchain/enter.sh" env HOME=/w/home \
    perf record -q -e cpu-clock:u -F 3999 -m 16M --call-graph dwarf -o /w/recording.data /w/node /w/program.js
mv "$work/root/w/recording.data" "$work/node.data"
rm -rf "$work/root/w/home"
ls -l "$work/node.data"

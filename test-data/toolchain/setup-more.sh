#!/usr/bin/env bash
# Adds to the root that setup.sh made the compilers of other languages, for the tests of stacks whose calls are known by construction
# (cli/stacks/known-calls.test.ts): clang, Rust, Go and OCaml, and the linker mold. Needs root, two minutes, 1.5 GB.
#
#   test-data/toolchain/setup-more.sh                # all
#   test-data/toolchain/setup-more.sh clang golang-go # these packages alone
#
# .ci/run does not call it: the tests leave out, by name, the compilers that the root lacks. Calling it twice costs nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=("$@")
[ $# -gt 0 ] || packages=(clang golang-go rustc ocaml mold)

if "$here/enter.sh" dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    echo "toolchain: has ${packages[*]}"
    exit 0
fi
"$here/enter.sh" apt-get update
"$here/enter.sh" apt-get install -y --no-install-recommends "${packages[@]}"
"$here/enter.sh" apt-get clean

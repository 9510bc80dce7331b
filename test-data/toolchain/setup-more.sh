#!/usr/bin/env bash
# Adds to the root that setup.sh made the compilers of other languages, for the tests of stacks whose calls are known by construction
# (cli/stacks/known-calls.test.ts) and of what other toolchains make of SFrame (cli/sframe/verify/findings-of-others.test.ts): clang, Rust, Go
# and OCaml, and the linkers lld and mold. Needs root, three minutes, 2 GB.
#
#   test-data/toolchain/setup-more.sh                # all
#   test-data/toolchain/setup-more.sh clang golang-go # these packages alone
#
# .ci/run does not call it: the tests leave out, by name, the compilers that the root lacks. Calling it twice costs nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=("$@")
[ $# -gt 0 ] || packages=(clang clang-22 golang-go lld mold ocaml rustc)

if "$here/enter.sh" dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    echo "toolchain: has ${packages[*]}"
    exit 0
fi
"$here/enter.sh" apt-get update
"$here/enter.sh" apt-get install -y --no-install-recommends "${packages[@]}"
"$here/enter.sh" apt-get clean

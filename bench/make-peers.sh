#!/usr/bin/env bash
# Makes the programs that bench/peers.mjs measures beside perf-sframe, other than perf: inferno-collapse-perf (the Rust edition of
# stackcollapse-perf.pl), built in the toolchain root from Debian's sources of the crate with Debian's cargo. samply is there
# already (test-data/toolchain/setup.sh); hotspot's reader is fetched by test-data/toolchain/setup-hotspot.sh. Needs root, six minutes, 1 GB.
#
#   bench/make-peers.sh
set -euo pipefail

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/../test-data/toolchain" && pwd)
"$tools/setup-hotspot.sh"
if "$tools/enter.sh" sh -c 'command -v inferno-collapse-perf' >/dev/null; then
    echo "peers: inferno-collapse-perf is there"
    exit 0
fi
"$tools/enter.sh" apt-get update
"$tools/enter.sh" apt-get install -y --no-install-recommends cargo librust-inferno-dev
# The crates lie in a folder as cargo would have fetched them; those of its own tests and benches are not packaged.
# shellcheck disable=SC2016
"$tools/enter.sh" sh -euc '
    registry=/usr/share/cargo/registry
    build=$(mktemp -d)
    cp -r "$registry"/inferno-*/. "$build"
    cd "$build"
    awk "/^\[/ { leftOut = /^\[+(dev-dependencies|bench|test)/ } !leftOut" "$registry"/inferno-*/Cargo.toml >Cargo.toml
    rm -f Cargo.lock
    mkdir .cargo
    printf "[source.crates-io]\nreplace-with = \"folder\"\n[source.folder]\ndirectory = \"%s\"\n" "$registry" >.cargo/config.toml
    cargo build --release --offline --bin inferno-collapse-perf
    install -m 755 target/release/inferno-collapse-perf /usr/bin/
    rm -rf "$build"
'

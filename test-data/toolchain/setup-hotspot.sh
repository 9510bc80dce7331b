#!/usr/bin/env bash
# Fetches hotspot's reader of perf.data (hotspot-perfparser of Debian 12's hotspot) into test-data/.work/hotspot, for
# cli/inject/other-readers.test.ts: the package's one file, and the five small packages that it needs, without the 90 others of
# the desktop program. Needs root. Where the package is not to be had, the test is left out.
set -euo pipefail

out=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.work/hotspot
[ ! -e "$out/hotspot-perfparser" ] || exit 0
mkdir -p "$out"
cd "$out"
apt-get install -y -qq --no-install-recommends libqt5network5 libdw1 >/dev/null 2>&1 || {
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends libqt5network5 libdw1 >/dev/null
}
apt-get -q -o APT::Sandbox::User=root download hotspot >/dev/null
dpkg-deb --fsys-tarfile hotspot_*.deb | tar xO --wildcards '*/hotspot-perfparser' >perfparser
chmod +x perfparser
mv perfparser hotspot-perfparser
rm hotspot_*.deb

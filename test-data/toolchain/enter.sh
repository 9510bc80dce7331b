#!/usr/bin/env bash
# Runs a command inside the toolchain root that setup.sh made.
#
#   test-data/toolchain/enter.sh perf --version
#   ENTER_BIND=/some/dir test-data/toolchain/enter.sh …      # that folder is visible inside under the same path
#   ENTER_BIND=/some/dir:/w test-data/toolchain/enter.sh …   # … under /w, and is the command's working folder
#
# The command gets an environment of its own (recordings copy it with the stack): pass variables by `enter.sh env NAME=value …`.
# The bind mounts live in a mount namespace of the command's own: nothing stays mounted when it ends,
# so deleting the root can never reach the machine's /proc, /sys or /dev.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(realpath "${PERF_SFRAME_TOOLCHAIN:-$here/../../.toolchain/forky}")
[ -e "$root/.complete" ] || [ -e "$root/bin/sh" ] || {
    echo "toolchain: $root is not there; run test-data/toolchain/setup.sh first" >&2
    exit 1
}
export ROOT=$root BIND=${ENTER_BIND:-}
# --norc: where its standard input is a socket, as Node's pipes are, bash takes itself for a remote shell and reads ~/.bashrc.
exec unshare --mount --propagation private bash --norc -c '
    set -e
    mount --rbind "$ROOT" "$ROOT"
    mount --bind /proc "$ROOT/proc"
    mount --bind /sys "$ROOT/sys"
    mount --bind /dev "$ROOT/dev"
    dir=/
    if [ -n "$BIND" ]; then
        dir=${BIND#*:}
        mkdir -p "$ROOT$dir"
        mount --bind "${BIND%%:*}" "$ROOT$dir"
    fi
    # Not chroot: perf visits the mount namespaces of the processes it reads about and must find back into the root.
    cd "$ROOT"
    pivot_root . .
    umount --lazy .
    exec /usr/bin/env -i -C "$dir" PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root "$@"
' enter "$@"

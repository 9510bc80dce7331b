# Sourced by the make-….sh beside: puts the libraries of the toolchain root, its shell, and what tells their symbols, into the
# folder that is given with --symfs. A link to the root would lead out of it, and is refused.
copy_libraries() { # TOOLCHAIN-ROOT SYMFS
    local libraries=usr/lib/x86_64-linux-gnu
    rm -rf "$2/usr"
    mkdir -p "$2/$libraries" "$2/usr/bin" "$2/usr/lib/debug"
    cp "$1/usr/bin/dash" "$2/usr/bin/"
    cp -a "$1/$libraries/"*.so* "$2/$libraries/"
    cp -a "$1/usr/lib/debug/.build-id" "$2/usr/lib/debug/"
}

#!/bin/sh
# Builds a CPython for musl on a Debian machine, which test/e2e/openwrt-root.test.ts splits into packages and runs.
#
#   scripts/musl-python.sh SOURCES ROOT
#   WHEELWORKS_MUSL_PYTHON=ROOT npx vitest run test/e2e/openwrt-root.test.ts
#
# SOURCES holds the source tarballs of Debian 13: `apt-get source --download-only python3.13 zlib bzip2 xz-utils`. ROOT is
# the folder that will hold usr/. Needs musl-tools, make and pkg-config. Modules whose libraries are not among the sources
# (ctypes, ssl, sqlite3, curses) are not built.
set -eu
sources=$(cd "$1" && pwd)
root=$2
work=$root.build
deps=$work/deps
jobs=$(nproc)
triplet=$(uname -m)-linux-musl
mkdir -p "$work/bin" "$deps/lib" "$deps/include" "$root"

# musl-gcc is gcc with other specs, and so names glibc's triplet, at which CPython's configure stops.
cat >"$work/bin/musl-cc" <<EOF
#!/bin/sh
[ "\$1" = --print-multiarch ] && { echo $triplet; exit; }
exec musl-gcc "\$@"
EOF
chmod 755 "$work/bin/musl-cc"
export CC="$work/bin/musl-cc" PKG_CONFIG_LIBDIR="$deps/lib/pkgconfig" CFLAGS="-Os -fPIC"

unpack() {
  mkdir -p "$work/$1"
  tar -xf "$sources"/$2 -C "$work/$1" --strip-components=1
  cd "$work/$1"
}

unpack zlib 'zlib_*.orig.tar.gz'
./configure --static --prefix="$deps" >/dev/null
make -s -j"$jobs" libz.a
make -s install >/dev/null
unpack bzip2 'bzip2_*.orig.tar.gz'
make -s -j"$jobs" CC="$CC" CFLAGS="$CFLAGS" libbz2.a
cp libbz2.a "$deps/lib"
cp bzlib.h "$deps/include"
unpack xz 'xz-utils_*.orig.tar.xz'
./configure -q --host="$triplet" --prefix="$deps" --disable-shared --disable-nls --disable-doc \
  --disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo --disable-scripts
make -s -j"$jobs"
make -s install

unpack python 'python3*.orig.tar.xz'
unset CFLAGS
./configure -q --prefix=/usr --enable-shared --without-ensurepip --disable-test-modules \
  CPPFLAGS="-I$deps/include" LDFLAGS="-L$deps/lib" OPT="-DNDEBUG -Os"
make -s -j"$jobs"
make -s install DESTDIR="$root" >/dev/null

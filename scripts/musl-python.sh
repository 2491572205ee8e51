#!/bin/sh
# Builds a CPython for musl on a Debian machine, which test/e2e/openwrt-root.test.ts splits into packages and runs.
#
#   scripts/musl-python.sh ROOT [SOURCES]
#   WHEELWORKS_MUSL_PYTHON=ROOT npx vitest run test/e2e/openwrt-root.test.ts
#
# ROOT will hold usr/: CPython, and the libraries that OpenWrt has in packages of their own. SOURCES keeps the tarballs of
# Debian 13; those that are not there yet are fetched. Needs musl-tools, make, perl, tcl, autoconf, automake, libtool and
# libltdl-dev; seven minutes of a processor. What was built is kept in ROOT.build and not built again; delete
# ROOT.build/python.done to build CPython anew, with EXTRA_CFLAGS or PYTHON_OPTIONS of your own.
set -eu
mkdir -p "$1" "${2:-$1.sources}"
root=$(cd "$1" && pwd)
sources=$(cd "${2:-$1.sources}" && pwd)
work=$root.build
deps=$work/deps
jobs=$(nproc)
triplet=$(uname -m)-linux-musl
mkdir -p "$work/bin" "$deps/lib/pkgconfig" "$deps/include"

# musl-gcc is gcc with other specs, and so names glibc's triplet, at which CPython's configure stops. The kernel's headers
# are beside glibc's, and so not found.
mkdir -p "$work/kernel"
for each in linux asm-generic "$(uname -m)-linux-gnu/asm"; do ln -sfn "/usr/include/$each" "$work/kernel/${each##*/}"; done
cat >"$work/bin/musl-cc" <<END
#!/bin/sh
[ "\$1" = --print-multiarch ] && { echo $triplet; exit; }
exec musl-gcc "\$@" -idirafter $work/kernel
END
chmod 755 "$work/bin/musl-cc"
export CC="$work/bin/musl-cc" PKG_CONFIG_LIBDIR="$deps/lib/pkgconfig" LC_ALL=C

# Small code. C programs need no tables to unwind their stack, and nobody replaces a function of libpython by its own.
small="-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-semantic-interposition"
export CFLAGS="$small -fPIC" CPPFLAGS="-I$deps/include" LDFLAGS="-L$deps/lib -Wl,--gc-sections -Wl,-O1 -Wl,--as-needed"

# Debian 13's own list of sources, so that neither the machine's lists nor its release matter.
fetch() {
  ls "$sources/$1"_*.orig.tar.* >/dev/null 2>&1 && return
  apt=$work/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" \
    >"$apt/sources.list"
  set -- "$1" -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
    -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=""
  name=$1
  shift
  ls "$apt"/lists/*Sources* >/dev/null 2>&1 || apt-get -q "$@" update
  # A mirror may lack the newest version while its list names it already.
  for version in $(apt-cache "$@" showsrc --only-source "$name" | sed -n 's/^Version: //p' | sort -rV); do
    (cd "$sources" && apt-get -qq "$@" source --download-only --tar-only "$name=$version") && return
  done
  echo "no source of $name could be fetched" >&2
  exit 1
}

log=/dev/null
trap '[ $? = 0 ] || tail -n 30 "$log" >&2' EXIT

# build NAME PACKAGE: unpacks the sources of a package and calls build_NAME there, once.
build() {
  [ -e "$work/$1.done" ] && return
  fetch "$2"
  rm -rf "${work:?}/$1"
  mkdir -p "$work/$1"
  tar -xf "$(ls "$sources/$2"_*.orig.tar.?z)" -C "$work/$1" --strip-components=1
  echo "musl-python: $1" >&2
  log=$work/$1.log
  cd "$work/$1"
  "build_$1" >"$log" 2>&1
  : >"$work/$1.done"
}
quick() {
  ./configure -q --host="$triplet" --prefix="$deps" --libdir="$deps/lib" --enable-shared --disable-static "$@"
}
install_all() {
  make -s -j"$jobs" "$@"
  make -s install "$@"
}

build_zlib() {
  ./configure --prefix="$deps"
  make -s -j"$jobs" libz.so.1.3.1
  make -s install
}
build_bzip2() {
  make -s -j"$jobs" -f Makefile-libbz2_so CC="$CC" CFLAGS="$CFLAGS" libbz2.so.1.0 ||
    make -s -f Makefile-libbz2_so CC="$CC" CFLAGS="$CFLAGS" all
  cp -P libbz2.so.1.0* "$deps/lib"
  ln -sf libbz2.so.1.0 "$deps/lib/libbz2.so"
  cp bzlib.h "$deps/include"
}
build_xz() {
  quick --disable-nls --disable-doc --disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo --disable-scripts
  install_all
}
build_ffi() {
  autoreconf -i
  quick --disable-docs --disable-multi-os-directory
  install_all
}
build_sqlite() {
  # Its code is made into one file by a program that runs here.
  quick --disable-tcl --disable-readline BUILD_CC=gcc BUILD_CFLAGS=-O1
  make -s BCC="gcc -O1" libsqlite3.la
  make -s BCC="gcc -O1" lib_install
  cp sqlite3.h "$deps/include"
  cp sqlite3.pc "$deps/lib/pkgconfig"
}
build_openssl() {
  ./Configure "linux-$(uname -m)" shared no-asm no-tests no-docs no-apps no-module no-legacy no-engine no-dso no-quic \
    no-ml-kem no-ml-dsa no-slh-dsa no-cms no-ts no-cmp no-camellia no-aria no-sm2 no-sm3 no-sm4 no-idea no-seed \
    no-cast no-bf no-rc2 no-rc4 no-ec2m no-gost no-srp no-sctp --prefix="$deps" --libdir=lib --openssldir=/etc/ssl
  make -s -j"$jobs" build_libs
  make -s install_dev
}
build_ncurses() {
  ./configure -q --host="$triplet" --build="$(uname -m)-linux-gnu" --prefix="$deps" --with-build-cc=gcc --with-shared \
    --without-normal --without-debug --without-ada --without-cxx --without-cxx-binding --without-progs --without-tests \
    --without-manpages --disable-db-install --enable-widec --enable-pc-files \
    --with-pkg-config-libdir="$deps/lib/pkgconfig" --with-default-terminfo-dir=/usr/share/terminfo
  make -s -j"$jobs" libs
  make -s install.libs install.includes
}
build_readline() {
  quick --with-curses bash_cv_termcap_lib=libncursesw
  install_all SHLIB_LIBS=-lncursesw
}
build_gdbm() {
  quick --disable-nls --without-readline
  make -s -j"$jobs" -C src
  make -s -C src install
}
build_python() {
  unset CFLAGS
  # The new Python is run here to finish itself, with libraries that the system's own programs must not find.
  here="LD_LIBRARY_PATH=$PWD:$deps/lib"
  ./configure -q --prefix=/usr --enable-shared --without-ensurepip --disable-test-modules --without-doc-strings \
    --without-mimalloc --with-readline=readline --with-dbmliborder=gdbm --with-openssl="$deps" \
    CPPFLAGS="$CPPFLAGS -I$deps/include/ncursesw" OPT="-DNDEBUG $small ${EXTRA_CFLAGS:-}" ${PYTHON_OPTIONS:-}
  make -s -j"$jobs" RUNSHARED="$here"
  rm -rf "${root:?}/usr"
  make -s install DESTDIR="$root" RUNSHARED="$here"
}

build zlib zlib
build bzip2 bzip2
build xz xz-utils
build ffi libffi
build sqlite sqlite3
build ncurses ncurses
build readline readline
build gdbm gdbm
build openssl openssl
build python python3.13
find "$deps/lib" -maxdepth 1 -name 'lib*.so.*' -exec cp -P {} "$root/usr/lib" \;

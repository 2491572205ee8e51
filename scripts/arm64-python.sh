#!/bin/sh
# Unpacks Debian 13's CPython for arm64, with the libraries that it needs, for test/e2e/openwrt-root.test.ts.
#
#   scripts/arm64-python.sh ROOT
#   WHEELWORKS_ARM64_PYTHON=ROOT npx vitest run test/e2e/openwrt-root.test.ts
#
# The test needs qemu-user-static besides, and root, for chroot. Debian's own lists are read, and nothing is installed.
set -eu
mkdir -p "$1"
root=$(cd "$1" && pwd)
apt=$root.apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages"
: >"$apt/status"
echo "deb [arch=arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" \
  >"$apt/sources.list"
set -- -q -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
  -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User="" \
  -o APT::Architecture=arm64 -o APT::Architectures=arm64
apt-get "$@" update
python="python3.13 python3.13-minimal libpython3.13-stdlib libpython3.13-minimal"
# Their libraries are what they depend on by name, and what these do in turn.
depended() {
  apt-cache "$@" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances $python | sed -n 's/^\(lib[a-z0-9.+-]*\|zlib1g\)$/\1/p' | sort -u
}
cd "$apt/packages"
# shellcheck disable=SC2046 # names of packages are words
apt-get "$@" download $python $(depended "$@")
for each in *.deb; do dpkg-deb -x "$each" "$root"; done

# Packages each wheel of a folder by hand: loop.sh PYTHON MINOR WHEELS OUTPUT
set -eu
python=$1 minor=$2 wheels=$3 output=$4
rm -rf "$output"
mkdir -p "$output/ipk"
export SOURCE_DATE_EPOCH=315532800 PYTHONHASHSEED=0

ipk() { # ROOT NAME
  printf 'Package: %s\nVersion: 1-r1\nArchitecture: all\nDepends: libc\nDescription: x\n' "$2" > "$work/control"
  printf '2.0\n' > "$work/debian-binary"
  tar -C "$1" --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$SOURCE_DATE_EPOCH -cf - . | gzip -n > "$work/data.tar.gz"
  tar -C "$work" --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$SOURCE_DATE_EPOCH -cf - ./control | gzip -n > "$work/control.tar.gz"
  tar -C "$work" --format=gnu --owner=0 --group=0 --numeric-owner --mtime=@$SOURCE_DATE_EPOCH -cf - ./debian-binary ./data.tar.gz ./control.tar.gz | gzip -n > "$output/ipk/$2.ipk"
}

for wheel in "$wheels"/*.whl; do
  name=${wheel##*/}
  name=${name%%-*}
  work=$output/$name
  site=usr/lib/python$minor/site-packages
  mkdir -p "$work/root/$site"
  "$python" -m zipfile -e "$wheel" "$work/root/$site"
  cp -r "$work/root" "$work/src"
  find "$work/src" -type f ! -name '*.py' -delete
  "$python" -m compileall -q -b -s "$work/root" -p / "$work/root"
  find "$work/root" -name '*.py' -delete
  ipk "$work/root" "$name"
  ipk "$work/src" "$name-src"
done

#!/bin/sh
# The command of the npm package: becomes the launcher, which is in a package of its own for each platform; without one, Node.
# In the usual layouts no other program is run on the way.

self=$0
case $self in
  */*) ;;
  *) self=$(command -v -- "$0") ;;
esac
bin=${self%/*}

# Where npm's links lead to: PACKAGE/bin/tsbt.bin, node_modules/.bin/tsbt, PREFIX/bin/tsbt.
package=
for place in "$bin/.." "$bin/../tsbt" "$bin/../lib/node_modules/tsbt"; do
  if [ "$place/bin/tsbt.bin" -ef "$self" ] && [ -f "$place/dist/tsbt.cjs" ]; then
    package=$place
    break
  fi
done
if [ -z "$package" ]; then
  self=$(command -p readlink -f -- "$self")
  package=${self%/bin/*}
fi

launcher=
take() {
  [ -x "$1/launch" ] || return
  # For whom another package manager has installed more than one.
  if [ -n "$launcher" ]; then
    case $(command -p uname -m)-$1 in
      x86_64-*/linux-x64* | aarch64-*/linux-arm64*) ;;
      *) return ;;
    esac
  fi
  launcher=$1/launch
}
look_in() {
  for name in linux-x64 linux-x64-musl linux-arm64 linux-arm64-musl; do take "$1/@tsbt/$name"; done
}
look_in "$package/.."
[ -n "$launcher" ] || look_in "$package/node_modules"
if [ -z "$launcher" ]; then
  # Yarn's Plug'n'Play: FOLDER/tsbt-npm-VERSION-HASH/node_modules/tsbt, FOLDER/@tsbt-NAME-npm-VERSION-HASH/node_modules/@tsbt/NAME.
  # Above other folders anybody may have put something.
  folder=$(command -p readlink -f -- "$package/../..")
  case ${folder##*/} in
    tsbt-npm-*)
      version=${folder##*/tsbt-}
      for place in "${folder%/*}/@tsbt-"*"-${version%-*}-"*"/node_modules/@tsbt/"*; do take "$place"; done
      ;;
  esac
fi
if [ -z "$launcher" ]; then
  folder=$(command -p readlink -f -- "$package")
  while [ -z "$launcher" ] && [ -n "$folder" ]; do
    look_in "$folder/node_modules"
    folder=${folder%/*}
  done
fi

[ -z "$launcher" ] || exec "$launcher" --tsbt-files="$package/dist" "$@"
node=$(command -v node)
case $node in
  /*) exec "$node" "$package/dist/tsbt.cjs" "$@" ;;
esac
echo 'ERROR: there is no Node in PATH: install Node 20 or later, or the archive of tsbt that has one' >&2
exit 127

#!/bin/sh
# The command of the npm package: becomes the launcher, which is in a package of its own for each platform; without one, Node.
# In the usual layouts no other program is run on the way.

self=$0
case $self in
  */*) ;;
  *) self=$(command -v -- "$0") ;;
esac
bin=${self%/*}

# Where npm's links lead to: PACKAGE/bin/tsbt, node_modules/.bin/tsbt, PREFIX/bin/tsbt.
package=
for place in "$bin/.." "$bin/../tsbt" "$bin/../lib/node_modules/tsbt"; do
  if [ "$place/bin/tsbt" -ef "$self" ] && [ -f "$place/dist/tsbt.cjs" ]; then
    package=$place
    break
  fi
done
if [ -z "$package" ]; then
  self=$(command -p readlink -f -- "$self")
  package=${self%/bin/*}
fi

launcher=
look_in() {
  for name in linux-x64 linux-x64-musl linux-arm64 linux-arm64-musl; do
    [ -x "$1/@tsbt/$name/launch" ] || continue
    [ -n "$launcher" ] || launcher=$1/@tsbt/$name/launch
    # For whom another package manager has installed more than one.
    [ "$launcher" = "$1/@tsbt/$name/launch" ] && continue
    case $(command -p uname -m)-$name in
      x86_64-linux-x64* | aarch64-linux-arm64*) launcher=$1/@tsbt/$name/launch ;;
    esac
  done
}
look_in "$package/.."
[ -n "$launcher" ] || look_in "$package/node_modules"
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

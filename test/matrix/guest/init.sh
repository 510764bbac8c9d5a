#!/bin/busybox sh
# The guest's first process: makes the machine's files its own, under a layer that takes what is
# written and is forgotten, and goes on there.
/bin/busybox --install -s /bin
export PATH=/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev

fail() {
  echo "MATRIX-FAILED: $*" > /dev/console
  sleep 1
  poweroff -f
}

for module in /modules/*.ko; do
  [ -e "$module" ] && { insmod "$module" || fail "insmod $module"; }
done

mount -t virtiofs -o ro host /host || fail "no virtiofs"
mount -t tmpfs -o size=60% tmpfs /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root || fail "no overlay"

mkdir -p /root/proc /root/sys /root/dev /root/tmp /root/run
mount -t tmpfs tmpfs /root/run
mkdir -p /root/run/lock /root/boot "/root/lib/modules/$(uname -r)"
mount -t virtiofs -o ro modules "/root/lib/modules/$(uname -r)" || fail "no modules"
cp -r /job /root/run/
cp /bin/busybox /root/run/job/
mv /root/run/job/config "/root/boot/config-$(uname -r)"

for dir in proc sys dev; do mount --move "/$dir" "/root/$dir"; done
exec switch_root /root /run/job/busybox sh /run/job/start

# Runs the job on the machine's own files; its output and status go out through three ports.
# Everything is done with our busybox: nothing is known of the commands that the machine has.
box=/run/job/busybox
quiet() { $box "$@" 2> /dev/null; }

quiet ln -s /proc/self/fd /dev/fd
quiet ln -s /proc/self/fd/0 /dev/stdin
quiet ln -s /proc/self/fd/1 /dev/stdout
quiet ln -s /proc/self/fd/2 /dev/stderr
quiet mkdir -p /dev/pts /dev/shm
quiet mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
quiet mount -t tmpfs tmpfs /dev/shm
quiet mount -t debugfs debugfs /sys/kernel/debug
quiet mount -t tracefs tracefs /sys/kernel/tracing
quiet mount -t securityfs securityfs /sys/kernel/security
quiet mount -t bpf bpf /sys/fs/bpf
quiet mount -t cgroup2 cgroup2 /sys/fs/cgroup
quiet ip link set lo up
quiet hostname matrix
ulimit -n 65536
ulimit -l unlimited
ulimit -c 0
umask 022

port() {
  for entry in /sys/class/virtio-ports/*; do
    [ "$($box cat "$entry/name")" = "$1" ] && { echo "/dev/${entry##*/}"; return; }
  done
}
status=$(port status)
[ -n "$status" ] || { echo "MATRIX-FAILED: no ports" > /dev/console; $box sleep 1; $box poweroff -f; }

# Pipes in between: a program may want to know that its output is not a device.
$box mkfifo /run/job/stdout /run/job/stderr
$box cat /run/job/stdout > "$(port stdout)" & out=$!
$box cat /run/job/stderr > "$(port stderr)" & err=$!
/bin/sh /run/job/command < /dev/null > /run/job/stdout 2> /run/job/stderr
rc=$?

# What the job left running may hold the pipes open: wait a little, not for ever.
tries=0
while { $box kill -0 $out || $box kill -0 $err; } 2> /dev/null && [ $tries -lt 20 ]; do
  $box usleep 50000
  tries=$((tries + 1))
done
echo "exit $rc" > "$status"
$box usleep 100000
$box poweroff -f

# What is tried in each fresh system: `"$@"` is tsbt. It prints lines `NAME VALUE`, which check-packages.ts reads.

# Milliseconds. Where date has whole seconds only, the kernel has more.
now() {
  time=$(date +%s%3N)
  case $time in
    *N)
      read -r up rest < /proc/uptime
      time=${up%.*}${up#*.}0
      ;;
  esac
  echo "$time"
}
runs=${RUNS:-7}

begin=$(now)
"$@" -e 'BEGIN { printf("hi\n"); exit(); }' > /tmp/out 2> /tmp/err
status=$?
echo "cold $(($(now) - begin))"
echo "status $status"
echo "hi $(grep -c '^hi$' /tmp/out)"
sed 's/^/said /' /tmp/err

"$@" -e 'tracepoint:syscalls:sys_enter_openat /pid == cpid/ { printf("opens %s\n", str(args.filename)); }' \
  -c '/bin/cat /etc/hostname' 2> /tmp/err | grep -x 'opens /etc/hostname'
sed 's/^/said /' /tmp/err

begin=$(now)
for run in $(seq "$runs"); do "$@" -e 'BEGIN { exit(); }' > /dev/null 2>&1; done
echo "warm $((($(now) - begin) / runs))"
if [ -n "$NODE" ]; then
  begin=$(now)
  for run in $(seq "$runs"); do "$NODE" -e 0; done
  echo "node $((($(now) - begin) / runs))"
fi

# What is tried on arm64, where the processor is emulated and there is no bpf(2): `"$@"` is tsbt.

uname -m
"$@" -V
"$@" --fmt -e 'BEGIN{exit()}' 2>&1 | tr -d '\n'
echo
"$@" -d bytecode -e 'kprobe:vfs_read { @[arg0, reg("pc")] = count(); }' 2> /dev/null | grep -o '(r1 +[0-9]*)' | tr '\n' ';'
echo
"$@" -e 'kprobe:vfs_read { print(reg("ax")); }' 2>&1 | grep ERROR
"$@" -e 'BEGIN { exit(); }' 2>&1 || echo "status $?"
ls /var/cache/tsbt | sed 's/tsbt-.*[.]blob/blob/'

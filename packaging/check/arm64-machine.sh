#!/bin/busybox sh
# The first process of the emulated machine: traces with what has been installed, and switches it off. What is expected of
# it stands in arm64-machine.ts.

export PATH=/opt/node/bin:/bin HOME=/root
for system in proc:/proc sysfs:/sys devtmpfs:/dev tmpfs:/tmp tmpfs:/run tracefs:/sys/kernel/tracing bpf:/sys/fs/bpf; do
  mount -t "${system%:*}" none "${system#*:}"
done
echo 0 > /proc/sys/kernel/printk
echo 1 > /proc/sys/net/core/bpf_jit_enable

tsbt() {
  /work/node_modules/tsbt/bin/tsbt.bin -q "$@" 2>&1
}

mine='/pid == cpid && arg2 == 12345/'
echo "begin $(uname -m)"
tsbt -e 'BEGIN { printf("arithmetic %d\n", 6 * 7); exit(); }'
tsbt -c /traced -e "kprobe:vfs_read $mine { @kprobe[func, str(((struct file *)arg0)->f_path.dentry->d_name.name)] = count(); }"
tsbt -c /traced -e 'kretprobe:vfs_read /pid == cpid && retval == 12345/ { @kretprobe = count(); }'
tsbt -c /traced -e 'fentry:vfs_read /pid == cpid && args.count == 12345/ { @fentry = count(); }
  fexit:vfs_read /pid == cpid && args.count == 12345/ { @fexit[retval] = count(); }'
tsbt -c /traced -e 'uprobe:/traced:handle { printf("uprobe %d %d %d %s\n", args.first, args.second, args.third, str(args.request.name)); }
  uretprobe:/traced:handle { printf("uretprobe %d\n", retval); }'
tsbt -c /traced -e 'tracepoint:syscalls:sys_exit_read /pid == cpid && args.ret == 12345/ { @tracepoint = stats(args.ret); }'
tsbt -c /traced -e 'tracepoint:syscalls:sys_enter_* /pid == cpid/ { @wildcard[probe] = count(); }' | grep sys_enter_read
tsbt -c /traced -e 'rawtracepoint:sys_enter /pid == cpid && args.id == 63/ { @rawtracepoint = count(); }'
tsbt -e 'profile:hz:99 { @samples = count(); } interval:ms:500 { printf("profile %d\n", @samples > 0); clear(@samples); exit(); }'
tsbt -e 'software:page-faults:1 /pid == cpid/ { @faults = count(); } end { printf("software %d\n", @faults > 0); clear(@faults); }' -c /traced
tsbt -e 'iter:task /ctx.task.pid == 1/ { printf("iter %s\n", ctx.task.comm); }'
tsbt -c /traced -e "kprobe:vfs_read $mine { printf(\"stack %s\n\", kstack(3)); exit(); }"
echo end
poweroff -f

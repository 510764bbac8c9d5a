/** Packets and sockets: `skboutput()` and `socket_cookie()`. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { transcript } from "../support/child.js";
import { checkScript, Child, compileC, kernelTest, startTsbt } from "../support/index.js";

/**
 * `COUNT BYTES…`: sends itself so many datagrams of each size, all on one CPU, and prints the cookie of its socket.
 * Without arguments it waits for a line that says this.
 */
const SENDER = `
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
int main(int argc, char **argv) {
  static char data[65536], line[100];
  char *words[8], **sizes = argv + 2;
  int count = argc - 2, times = argc > 1 ? atoi(argv[1]) : 0;
  if (argc == 1) {
    fgets(line, sizeof line, stdin);
    times = atoi(strtok(line, " "));
    for (count = 0; (words[count] = strtok(NULL, " \\n")); count++);
    sizes = words;
  }
  cpu_set_t cpu;
  CPU_ZERO(&cpu);
  CPU_SET(sched_getcpu(), &cpu);
  sched_setaffinity(0, sizeof cpu, &cpu);
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof at;
  int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0), room = 1 << 20;
  setsockopt(sender, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  if (bind(receiver, (struct sockaddr *)&at, sizeof at)) return 2;
  getsockname(receiver, (struct sockaddr *)&at, &length);
  for (int i = 0; i < times; i++)
    for (int j = 0; j < count; j++) {
      int bytes = atoi(sizes[j]);
      memset(data, 'A' + j, bytes);
      if (sendto(sender, data, bytes, 0, (struct sockaddr *)&at, sizeof at) != bytes) return 3;
    }
  unsigned long long cookie;
  length = sizeof cookie;
  getsockopt(sender, SOL_SOCKET, SO_COOKIE, &cookie, &length);
  printf("cookie %llu\\n", cookie);
  return 0;
}
`;

const ETHERNET_BYTES = 14;
const IP_AND_UDP_BYTES = 28;
/** What a record of 16-bit length has room for. */
const MAX_PACKET_BYTES = 65_500;

/** Little-endian microseconds, version 2.4, UTC, 65,535 bytes at most, raw IP. */
const FILE_HEADER = "d4c3b2a1" + "0200" + "0400" + "00000000" + "00000000" + "ffff0000" + "65000000";

interface Packet {
  readonly timeUs: bigint;
  /** Of the packet, of which `bytes` may be the beginning. */
  readonly length: number;
  readonly bytes: Buffer;
}

function packetsOf(file: string): readonly Packet[] {
  const bytes = readFileSync(file);
  expect(bytes.toString("hex", 0, 24)).toBe(FILE_HEADER);
  const packets: Packet[] = [];
  for (let at = 24; at < bytes.length;) {
    const [seconds = 0, micros = 0, captured = 0, length = 0] = [0, 4, 8, 12].map((i) => bytes.readUInt32LE(at + i));
    packets.push({
      timeUs: BigInt(seconds) * 1_000_000n + BigInt(micros),
      length,
      bytes: bytes.subarray(at + 16, at + 16 + captured),
    });
    at += 16 + captured;
  }
  return packets;
}

/** Of a datagram from and to 127.0.0.1 whose bytes are all the same. */
function expectDatagram({ bytes, length }: Packet, letter: string, payloadBytes: number): void {
  expect(length).toBe(IP_AND_UDP_BYTES + payloadBytes);
  expect(bytes.length).toBe(length);
  expect(bytes[0]).toBe(0x45);
  expect(bytes.readUInt16BE(2)).toBe(length);
  expect(bytes.toString("hex", 12, 20)).toBe("7f0000017f000001");
  expect(bytes.toString("latin1", IP_AND_UDP_BYTES)).toBe(letter.repeat(payloadBytes));
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "tsbt-packets-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const senderOf = (): string => compileC(SENDER, { name: "packet-sender" });

/** The tracepoint has its packet as fentry has it; on this machine there may be no fentry. */
const PROBES = [
  { probe: "rawtracepoint:net_dev_start_xmit", needs: "btf" },
  { probe: "fentry:loopback_xmit", needs: "fentry" },
] as const;

describe.each(PROBES)("skboutput() in $probe", ({ probe, needs }) => {
  kernelTest("writes packets as libpcap does, without their first bytes", { needs, package: "gcc" }, async () => {
    const cwd = directory();
    const before = BigInt(Date.now()) * 1000n;
    await checkScript({
      script: `${probe} /pid == cpid/ { $r = skboutput("a.pcap", args.skb, args.skb.len, ${ETHERNET_BYTES}); printf("%d %d\\n", $r, args.skb.len); }`,
      options: ["-c", `${senderOf()} 1 1 2 3 50 1000`],
      cwd,
      match: /^0 43$[^]*^0 44$[^]*^0 45$[^]*^0 92$[^]*^0 1042$/m,
    });
    const packets = packetsOf(join(cwd, "a.pcap"));
    expect(packets.length).toBe(5);
    for (const [i, size] of [1, 2, 3, 50, 1000].entries()) expectDatagram(packets[i]!, "ABCDE"[i]!, size);
    // The clock may have been set meanwhile, but not by an hour.
    for (const { timeUs } of packets) expect(timeUs - before).toBeLessThan(3_600_000_000n);
    for (const { timeUs } of packets) expect(timeUs - before).toBeGreaterThan(-3_600_000_000n);
  });

  kernelTest(
    "as many bytes as are asked for, to the file of that name; none of what is not there",
    { needs, package: "gcc" },
    async () => {
      const cwd = directory();
      await checkScript({
        script: `${probe} /pid == cpid/ { print((skboutput("s", args.skb, 40, ${ETHERNET_BYTES}), skboutput("s", args.skb, 10, 0), skboutput("s", args.skb, 10, 10), skboutput("none", args.skb, 5000, 0))); }`,
        options: ["-c", `${senderOf()} 1 100`],
        cwd,
        match: /^\(0, 0, 0, 4294967282\)$/m,
      });
      const packets = packetsOf(join(cwd, "s"));
      expect(packets.map(({ bytes, length }) => [bytes.length, length])).toEqual([
        [26, 26],
        [10, 10],
      ]);
      expect(packetsOf(join(cwd, "none"))).toEqual([]);
    },
  );

  kernelTest("packets that no record has room for are cut", { needs, package: "gcc" }, async () => {
    const cwd = directory();
    await checkScript({
      script: `${probe} /pid == cpid/ { print(skboutput("large", args.skb, args.skb.len, ${ETHERNET_BYTES})); }`,
      options: ["-c", `${senderOf()} 3 65507 1`],
      cwd,
      match: /^(?=(?:[^]*^0$){6})(?![^]*^[1-9]\d*$)/m,
    });
    const packets = packetsOf(join(cwd, "large"));
    expect(packets.length).toBe(6);
    for (const [i, packet] of packets.entries()) {
      if (i % 2 === 1) expectDatagram(packet, "B", 1);
      else {
        expect([packet.bytes.length, packet.length]).toEqual([MAX_PACKET_BYTES - ETHERNET_BYTES, 65_535]);
        expect(packet.bytes.toString("latin1", IP_AND_UDP_BYTES)).toMatch(/^A+$/);
      }
    }
  });

  kernelTest("what finds no room is counted", { needs, package: "gcc", timeoutMs: 60_000 }, async () => {
    const cwd = directory();
    const sender = new Child(senderOf(), [], { input: "open" });
    const script = `${probe} /pid == ${sender.pid}/ { $r = skboutput("many", args.skb, args.skb.len, ${ETHERNET_BYTES}); }`;
    const tsbt = await startTsbt(["-e", script], { cwd, timeoutMs: 60_000 });
    tsbt.kill("SIGSTOP");
    sender.write("2000 1000\n");
    expect((await sender.finished).status).toBe(0);
    tsbt.kill("SIGCONT");
    const result = await tsbt.interrupt();
    const [, lost] = /^WARNING: Total lost event count: (\d+)$/m.exec(result.stderr) ?? [];
    expect(Number(lost), transcript(result)).toBeGreaterThan(0);
    const packets = packetsOf(join(cwd, "many"));
    for (const packet of packets) expectDatagram(packet, "A", 1000);
    expect(packets.length + Number(lost)).toBe(2000);
  });
});

describe("skboutput()", () => {
  const script = 'rawtracepoint:net_dev_start_xmit { print(skboutput("no/such/file", args.skb, 20, 0)); }';

  kernelTest("a file that cannot be made ends the run before it begins", { needs: "btf" }, async () => {
    const stderr = "ERROR: Failed to create pcap file 'no/such/file': No such file or directory\n";
    await checkScript({ script, cwd: directory(), stderr, status: 1 });
  });

  kernelTest("a dry run makes none", { needs: "btf" }, async () => {
    await checkScript({ script, cwd: directory(), options: ["--dry-run"] });
  });
});

describe("socket_cookie()", () => {
  kernelTest("is what the process itself is told", { needs: "fentry", package: "gcc" }, async () => {
    const { stdout } = await checkScript({
      script: 'fentry:udp_sendmsg /pid == cpid/ { printf("cookie %llu\\n", socket_cookie(args.sk)); }',
      options: ["-c", `${senderOf()} 1 5`],
    });
    const cookies = stdout.match(/^cookie [1-9]\d*$/gm) ?? [];
    expect(cookies.length).toBe(2);
    expect(cookies[0]).toBe(cookies[1]);
  });
});

/** Of attach points. What brings each message about, and what helps. */
import type { ATTACH_POINTS as MESSAGES } from "../../../grammar/messages/attach-points.js";
import type { Remedies } from "./remedies.js";

export const ATTACH_POINTS: Remedies<typeof MESSAGES> = {
  "invalid-probe-type": [
    "There is no provider of this name.",
    "See `tsbt -l`, or the list of probes in the reference.",
  ],
  "invalid-provider": ["There is no provider of this name.", "See the list of probes in the reference."],
  "no-provider-matched": [
    "The pattern before the first colon matches no provider that can be listed.",
    "Write the provider's name in full.",
  ],
  "no-attach-points": ["A probe has a body and nothing to be attached to.", "Write an attach point before the block."],
  "part-count": [
    "There are too many or too few parts between colons.",
    "See the forms of this provider in the reference; quote a part that holds a colon.",
  ],
  "positional-in-attach-point": ["A parameter is followed by other characters.", "Put the whole part in quotes."],
  "no-matches": [
    "Nothing of this name can be probed on this machine.",
    "List what there is: `tsbt -l 'PROVIDER:*NAME*'`. Functions may be inlined, or in a module that is not loaded.",
  ],
  "no-matches-skipped": [
    "One of several attach points does not exist here, and `missing_probes` is warn.",
    "Nothing, if that is expected.",
  ],
  "too-many-programs": [
    "The body has to be compiled for each of its attach points, and there are too many.",
    "Match fewer points, do without what differs between them, or raise `max_bpf_progs`.",
  ],
  "empty-probe": ["None of a probe's attach points exists.", "Correct the names, or set `missing_probes` to warn."],
  "empty-probe-removed": [
    "None of a probe's attach points exists, and the script said that this is only to be warned of.",
    "Nothing, if that is expected.",
  ],
  "too-many-maps": [
    "The body uses more maps than the kernel takes of one program.",
    "Split it over several probes, or use one map with one more key in place of many maps.",
  ],
  "probe-too-large": [
    "The body becomes more instructions than the kernel takes.",
    "Split it over several probes, or use loops in place of `unroll`.",
  ],
  "memory-too-large": [
    "The values of one probe need more memory than it can have.",
    "Use shorter strings (`max_strlen`, or the length of str()) or smaller arrays.",
  ],
  "stack-too-large": ["What lies on the stack of a program does not fit its 512 bytes.", "Lower `on_stack_limit`."],
  "invalid-rate": ["The number behind the unit is none.", "Write `profile:hz:99` or `interval:s:1`."],
  "rate-too-small": ["The period is shorter than the kernel's timers take.", "Ask for a microsecond or more."],
  "unknown-unit": ["The unit is not known.", "Use hz, s, ms, us, or ns with a number that has its unit."],
  "rate-not-positive": ["The rate is zero.", "Use 1 or more."],
  "trampoline-program": [
    "A probe on a BPF program lacks the program's name.",
    "Write `fentry:bpf:NAME` or `fentry:bpf:ID:NAME`.",
  ],
  "trampoline-program-id": ["The id of a BPF program is no number.", "Use a number from `bpftool prog`, or `*`."],
  "function-copies": [
    "The kernel has several functions of that name, and its BTF one.",
    "Attach a kprobe to all of them by a pattern, or to one by its address.",
  ],
  "function-dangerous": [
    "The probe is in a lock of the kernel that programs take as well.",
    "It runs; what other probes would do on the CPU meanwhile is counted as lost. Probe the callers instead, if you can.",
  ],
  "trampoline-parts": ["There is one part too many.", "Write `fentry:MODULE:FUNCTION`."],
  "trampoline-target": ["The function is missing.", "Write `fentry:FUNCTION`."],
  "iterator-parts": ["There are too many parts.", "Write `iter:NAME` or `iter:NAME:PIN`."],
  "iterator-name": ["The name is missing.", "See `tsbt -l 'iter:*'`."],
  "iterator-wildcard": ["Iterators have one name each.", "See `tsbt -l 'iter:*'`."],
  "iterator-unheard": [
    "Who reads the file of a pinned iterator makes the kernel run the body, long after the tracer has ended.",
    "Use `printf`, which writes to that file, or leave out the name of the file.",
  ],
  "iterator-unavailable": ["This kernel has no iterator of this name.", "See `tsbt -l 'iter:*'`."],
  "iterator-over-map": [
    "The iterator goes through one map, which who attaches it must name; kernels may refuse the program.",
    "A map of the script is walked by `for ($kv : @map) { … }`.",
  ],
  "one-attach-point": [
    "An iterator or the like shares its body with another attach point.",
    "Give it a block of its own.",
  ],
  "function-ambiguous": [
    "Several modules have a function of this name.",
    "Write the module: `fentry:MODULE:FUNCTION`.",
  ],
  "counter-wildcard": ["Counters have no patterns.", "Write the name of one."],
  "unknown-event": ["There is no counter of this name.", "See `tsbt -l 'software:*'` or `tsbt -l 'hardware:*'`."],
  "invalid-count": ["The count is no number.", "Write `software:page-faults:100`."],
  "count-not-positive": ["The count is zero.", "Use 1 or more."],
  "watchpoint-address": ["The address is no number.", "Write it in hexadecimal: `watchpoint:0x1000:8:w`."],
  "watchpoint-length-text": ["The length is no number.", "Use 1, 2, 4 or 8."],
  "watchpoint-zero": ["Nothing can be watched at address 0.", "Check where the address comes from."],
  "watchpoint-length": ["The processor watches 1, 2, 4 or 8 bytes.", "Watch the first 8, or several pieces."],
  "watchpoint-letters": ["The mode holds other letters than r, w and x.", "Use `r`, `w`, `rw` or `x`."],
  "watchpoint-duplicate": ["A letter of the mode stands there twice.", "Write it once."],
  "watchpoint-mode": ["The processor cannot watch for this.", "Use `w`, `rw` or `x`."],
  "watchpoint-alignment": ["The processor watches aligned addresses only.", "Watch from the multiple below."],
  "self-trigger": ["Behind `self:` stands an unknown word.", "Write `self:signal:SIGUSR1`."],
  "self-signal": ["This signal cannot be waited for.", "Use SIGUSR1."],
  "trial-needs-name": ["A test or bench probe has no name.", "Write `test:NAME`."],
  "name-used-twice": ["Two test or bench probes have one name.", "Rename one."],
  "offset-not-allowed": [
    "This provider cannot be attached inside a function.",
    "Attach at its entry, or use kprobe or uprobe.",
  ],
  "several-offsets": ["There are two `+`.", "Add them up."],
  "invalid-offset": ["What stands behind `+` is no number.", "Write `kprobe:function+0x10`."],
  "address-needs-unsafe": [
    "A probe at a bare address may hit the middle of an instruction.",
    "Name the function, or give `--unsafe` if you are sure.",
  ],
  "wildcard-with-address": ["An address matches itself only.", "Do without the pattern."],
  "module-not-loaded": ["The module is not in the kernel now.", "Load it (`modprobe`), or leave the module out."],
  "kprobe-not-traceable": [
    "The kernel does not list this function among those that can be traced.",
    "Choose a caller of it: `tsbt -l 'kprobe:*NAME*'`.",
  ],
  "kprobe-ambiguous": [
    "Several functions of the kernel have this name, and the kernel cannot tell which is meant.",
    "Use fentry with the module, or an address.",
  ],
  "kprobe-target": ["The function is missing.", "Write `kprobe:FUNCTION`."],
  "uprobe-target": ["The function is missing.", "Write `uprobe:PATH:FUNCTION`."],
  "uprobe-needs-target": ["The program or library is missing.", "Write `uprobe:PATH:FUNCTION`, or give `-p PID`."],
  "uprobe-language": [
    "The language between path and function is not known.",
    "Use `cpp`, which finds functions of C++, Rust, D and Swift by their names.",
  ],
  "uprobe-source-location": ["A place in the source is given where none may be.", "Use uprobe, not uretprobe."],
  "location-format": ["The place in the source is not written as it should be.", "Write `uprobe:PATH@FILE:LINE`."],
  "location-needs-target": ["The program is missing before `@`.", "Write `uprobe:PATH@FILE:LINE`."],
  "location-wildcard": ["Patterns cannot stand for lines.", "Name one file and line."],
  "location-line": ["The line is no number above zero.", "Write `uprobe:PATH@FILE:LINE`."],
  "location-column": ["The column is no number above zero.", "Write `uprobe:PATH@FILE:LINE:COLUMN`, or leave it out."],
  "also-inlined": [
    "The compiler has put some calls of the function where they are; those do not come to it.",
    "Add `uprobe:PROGRAM:FUNCTION:inline`, which is on all of them.",
  ],
  "also-cloned": [
    "The compiler has made functions with names of their own for certain arguments: `f.constprop.0`, `f.isra.0`.",
    "Probe those too: `uprobe:PROGRAM:f, uprobe:PROGRAM:f.constprop.0`.",
  ],
  "inline-return": ["The code of a copy goes on in the function around it.", "Use uprobe, or a line behind the call."],
  "inline-wildcard": ["Copies are found by the name of one function.", "Write each function by its name."],
  "location-no-debug-info": [
    "The program has no debug information, and none was found beside it.",
    "Build it with `-g`, or install its debug package.",
  ],
  "location-no-file": ["No source file of the program has this name.", "Give the end of its path as it was compiled."],
  "location-ambiguous": ["Several source files end in this name.", "Give more of the path."],
  "location-no-line": [
    "There is no code in this line.",
    "Choose a line with a statement; the optimiser may have moved it.",
  ],
  "target-missing": [
    "The file does not exist, or is no program.",
    "Check the path; inside containers it is seen from the process of `-p`.",
  ],
  "several-targets": ["The pattern matches several files.", "Nothing, if all are meant."],
  "uprobe-unresolved": ["The file has no such symbol.", "List what it has: `tsbt -l 'uprobe:PATH:*NAME*'`."],
  "function-outside": ["The offset lies behind the end of the function.", "Check the offset with a disassembler."],
  "uprobe-unknown-size": ["The symbol does not say how long the function is.", "Probe its entry, without an offset."],
  "uprobe-stripped": [
    "Without symbols it cannot be told where instructions begin.",
    "Install the debug symbols, or give `--unsafe` if you are sure.",
  ],
  "uprobe-stripped-unsafe": [
    "Without symbols it cannot be told where instructions begin, and `--unsafe` was given.",
    "Be sure of the address: the program may crash.",
  ],
  "uprobe-middle": ["The address is inside an instruction.", "Use the address where the instruction begins."],
  "uprobe-middle-unsafe": [
    "The address is inside an instruction, and `--unsafe` was given.",
    "Use the address where the instruction begins.",
  ],
  "uprobe-undecodable": [
    "The code before the address could not be read as instructions.",
    "Check the address, or give `--unsafe` if you are sure.",
  ],
  "uprobe-undecodable-unsafe": [
    "The code before the address could not be read, and `--unsafe` was given.",
    "Be sure of the address.",
  ],
  "uprobe-obstacle": [
    "The kernel refuses probes on instructions of this kind.",
    "Probe the instruction before or behind it.",
  ],
  "uretprobe-offset": ["A return has no place inside of a function.", "Name the function without an offset."],
  "uretprobe-harm": [
    "The function looks at its own return address, as Go's do.",
    "Probe its return instructions with uprobe and offsets.",
  ],
  "uretprobe-harm-unsafe": [
    "The function looks at its own return address, and `--unsafe` was given.",
    "Expect the program to crash.",
  ],
  "points-left-out": ["Some of what a pattern matches cannot be probed.", "Nothing; name one of them to learn why."],
  "tracepoint-target": ["Category or name is missing.", "Write `tracepoint:CATEGORY:NAME`."],
  "rawtracepoint-needs-btf": ["The kernel has no BTF.", "Use tracepoint, or a kernel with CONFIG_DEBUG_INFO_BTF."],
  "rawtracepoint-target": ["The name is missing.", "Write `rawtracepoint:NAME`."],
  "target-useless": ["The file is there, but cannot be probed.", "See the reason in the message."],
  "usdt-needs-name": ["The name of the probe is missing.", "Write `usdt:PATH:PROVIDER:NAME`."],
  "usdt-needs-target": ["Neither path nor process is given.", "Write a path, `*`, or give `-p PID`."],
};

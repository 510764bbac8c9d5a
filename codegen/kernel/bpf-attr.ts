/**
 * Where the fields of linux/bpf.h lie that we fill in or read, by the names of the header: `mapType` is `map_type`, and the
 * second name of a table is the member of the union that they are in, if it has a name. `test/codegen/kernel/uapi.test.ts`
 * compares them with the header, and `test/kernel/uapi.test.ts` with the running kernel's BTF.
 */

/** `union bpf_attr`, by what is asked for. */
export const ATTR = {
  mapCreate: {
    mapType: 0,
    keySize: 4,
    valueSize: 8,
    maxEntries: 12,
    mapFlags: 16,
    mapName: 28,
    btfFd: 48,
    btfKeyTypeId: 52,
    btfValueTypeId: 56,
  },
  /** One entry of a map, or the map alone. */
  element: { mapFd: 0, key: 8, value: 16, nextKey: 16, flags: 24 },
  batch: { inBatch: 0, outBatch: 8, keys: 16, values: 24, count: 32, mapFd: 36 },
  programLoad: {
    progType: 0,
    insnCnt: 4,
    insns: 8,
    license: 16,
    logLevel: 24,
    logSize: 28,
    logBuf: 32,
    progName: 48,
    expectedAttachType: 68,
    progBtfFd: 72,
    funcInfoRecSize: 76,
    funcInfo: 80,
    funcInfoCnt: 88,
    lineInfoRecSize: 92,
    lineInfo: 96,
    lineInfoCnt: 104,
    attachBtfId: 108,
    attachProgFd: 112,
  },
  pin: { pathname: 0, bpfFd: 8 },
  test: { progFd: 0, retval: 4, dataSizeIn: 8, dataIn: 16, repeat: 32, duration: 36, ctxSizeIn: 40, ctxIn: 48 },
  byId: { startId: 0, progId: 0, mapId: 0, btfId: 0, linkId: 0, nextId: 4 },
  info: { bpfFd: 0, infoLen: 4, info: 8 },
  rawTracepoint: { name: 0, progFd: 8 },
  btfLoad: { btf: 0, btfSize: 16 },
  linkCreate: { progFd: 0, targetFd: 4, attachType: 8, iterInfo: 16, iterInfoLen: 24 },
  linkPerfEvent: { bpfCookie: 16 },
  linkKprobes: { flags: 16, cnt: 20, syms: 24, addrs: 32, cookies: 40 },
  linkUprobes: { path: 16, offsets: 24, refCtrOffsets: 32, cookies: 40, cnt: 48, flags: 52, pid: 56 },
  enableStats: { type: 0 },
  iteratorCreate: { linkFd: 0 },
} as const;

/** `struct bpf_prog_info` */
export const PROGRAM_INFO = {
  btfId: 128,
  funcInfoRecSize: 132,
  funcInfo: 136,
  nrFuncInfo: 144,
  runTimeNs: 192,
  runCnt: 200,
  recursionMisses: 208,
} as const;
/** What is passed of it; older kernels accept it as long as what they do not know is zero. */
export const PROGRAM_INFO_BYTES = 232;

/** `struct bpf_btf_info` */
export const BTF_INFO = { btf: 0, btfSize: 8, name: 16, nameLen: 24, kernelBtf: 28 } as const;
export const BTF_INFO_BYTES = 32;

/** `struct bpf_link_info` */
export const LINK_INFO = { type: 0, perfEventKprobeMissed: 48, kprobeMultiMissed: 32 } as const;
/** As far as what we read. */
export const LINK_INFO_BYTES = 80;

/** `union bpf_iter_link_info` */
export const ITER_LINK_INFO = { cgroupOrder: 0, taskPid: 4 } as const;

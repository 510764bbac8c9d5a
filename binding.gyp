{
  "targets": [
    {
      "target_name": "tsbt",
      "sources": [
        "native/addon.cc",
        "native/arguments.cc",
        "native/bpf-ring.cc",
        "native/btf-types.cc",
        "native/capture.cc",
        "native/child.cc",
        "native/closing.cc",
        "native/demangle.cc",
        "native/errors.cc",
        "native/fd-watcher.cc",
        "native/fork.cc",
        "native/line-table.cc",
        "native/map-memory.cc",
        "native/program.cc",
        "native/ring-buffer.cc",
        "native/ring-reader.cc",
        "native/rows.cc",
        "native/stop-latch.cc",
        "native/syscalls.cc",
        "native/whole-file.cc"
      ],
      "dependencies": ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except_all"],
      "defines": ["NAPI_VERSION=9", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS", "TSBT_VERSION=<!(node -p \"require('./package.json').version\")"],
      "cflags_cc": ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wno-cast-function-type"],
      "ldflags": ["-Wl,--gc-sections", "-Wl,-s"]
    }
  ]
}

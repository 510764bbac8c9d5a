// The addon's table of contents. What each export takes and gives is written above it in its own file, and typed in
// index.ts.

#include <napi.h>

#include "btf-types.h"
#include "capture.h"
#include "child.h"
#include "closing.h"
#include "demangle.h"
#include "fd-watcher.h"
#include "line-table.h"
#include "map-memory.h"
#include "ring-buffer.h"
#include "ring-reader.h"
#include "rows.h"
#include "stop-latch.h"
#include "syscalls.h"
#include "whole-file.h"

#define AS_TEXT(word) AS_TEXT_EXPANDED(word)
#define AS_TEXT_EXPANDED(word) #word

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  using namespace tsbt;
  exports.Set("version", AS_TEXT(TSBT_VERSION));
  ExportSyscalls(env, exports);
  ExportClosing(env, exports);
  ExportChild(env, exports);
  ExportCapture(env, exports);
  ExportFdWatcher(env, exports);
  ExportMapMemory(env, exports);
  ExportRingBuffer(env, exports);
  ExportRingReader(env, exports);
  ExportStopLatch(env, exports);
  ExportDemangle(env, exports);
  ExportWholeFile(env, exports);
  ExportBtfTypes(env, exports);
  ExportLineTable(env, exports);
  ExportRows(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(tsbt, Init)

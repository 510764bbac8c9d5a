// The functions of a kernel in order: a hundred thousand short lines, which JavaScript that has just started takes two
// hundred milliseconds for.

#include "sort-lines.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "arguments.h"

namespace tsbt {
namespace {

// A part of the name is compared at a time, as a number: kernels have thousands of names that begin alike.
struct Line {
  uint64_t part;
  const uint8_t* text;
  uint32_t length;
};

constexpr uint32_t kPartBytes = sizeof(uint64_t);

using Lines = std::vector<Line>::iterator;

uint64_t PartAt(const Line& line, uint32_t offset) {
  uint64_t part = 0;
  if (offset < line.length) memcpy(&part, line.text + offset, std::min(line.length - offset, kPartBytes));
  return __builtin_bswap64(part);  // The machine is little-endian.
}

// What is alike for longer is no list of names.
constexpr uint32_t kLongestName = 1024;

bool IsBefore(const Line& a, const Line& b) {
  const int difference = memcmp(a.text, b.text, std::min(a.length, b.length));
  return difference != 0 ? difference < 0 : a.length < b.length;
}

// Those that are alike before `offset`. A name holds no NUL: of one that does, only what is before it may count.
void Sort(Lines first, Lines last, uint32_t offset) {
  if (offset >= kLongestName) return std::sort(first, last, IsBefore);
  for (auto line = first; line != last; ++line) line->part = PartAt(*line, offset);
  std::sort(first, last, [](const Line& a, const Line& b) { return a.part < b.part; });
  for (auto alike = first; alike != last;) {
    const uint64_t part = alike->part;
    const auto end = std::find_if(alike, last, [part](const Line& line) { return line.part != part; });
    if (end - alike > 1 && (part & 0xff) != 0) Sort(alike, end, offset + kPartBytes);
    alike = end;
  }
}

// sortLines(bytes) -> string of bytes: the lines that are not empty, sorted bytewise, with a newline between two.
Napi::Value SortLines(const Napi::CallbackInfo& info) {
  const Bytes bytes = BytesOf(info[0]);
  std::vector<Line> lines;
  const uint8_t* const end = bytes.data + bytes.length;
  for (const uint8_t* at = bytes.data; at < end;) {
    const auto* newline = static_cast<const uint8_t*>(memchr(at, '\n', end - at));
    const uint8_t* const stop = newline == nullptr ? end : newline;
    if (stop > at) lines.push_back({0, at, static_cast<uint32_t>(stop - at)});
    at = stop + 1;
  }
  Sort(lines.begin(), lines.end(), 0);

  std::string sorted;
  sorted.reserve(bytes.length);
  for (const Line& line : lines) {
    if (!sorted.empty()) sorted += '\n';
    sorted.append(reinterpret_cast<const char*>(line.text), line.length);
  }
  napi_value text;
  const napi_status status = napi_create_string_latin1(info.Env(), sorted.data(), sorted.size(), &text);
  if (status != napi_ok) throw Napi::Error::New(info.Env());
  return Napi::Value(info.Env(), text);
}

}  // namespace

void ExportSortLines(Napi::Env env, Napi::Object exports) {
  exports.Set("sortLines", Napi::Function::New(env, SortLines));
}

}  // namespace tsbt

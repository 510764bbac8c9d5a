// The functions of a kernel in order: a hundred thousand short lines, which JavaScript that has just started takes two
// hundred milliseconds for.

#include "line-table.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arguments.h"

namespace tsbt {
namespace {

// A part of the name is compared at a time, as a number: kernels have thousands of names that begin alike.
struct Line {
  uint64_t part;
  uint32_t start;
  uint32_t length;
};

constexpr uint32_t kPartBytes = sizeof(uint64_t);

// What is alike for longer is no list of names.
constexpr uint32_t kLongestName = 1024;

// Fewer are sorted faster by comparing.
constexpr ptrdiff_t kMany = 512;

// Where the next lines lie in memory is known, and nothing else of them.
constexpr size_t kAhead = 8;

class Sorter {
 public:
  Sorter(const uint8_t* text, std::vector<Line>* lines) : text_(text), lines_(lines), spare_(new Line[lines->size()]) {}

  void Sort() { Sort(lines_->data(), lines_->data() + lines_->size(), 0); }

 private:
  // Those that are alike before `offset`. A name holds no NUL: of one that does, only what is before it may count.
  void Sort(Line* first, Line* last, uint32_t offset) {
    if (offset >= kLongestName) {
      return std::sort(first, last, [this](const Line& a, const Line& b) { return TextOf(a) < TextOf(b); });
    }
    for (Line* line = first; line != last; ++line) line->part = PartAt(*line, offset);
    if (last - first > kMany) {
      SortByDigits(first, last);
    } else {
      std::sort(first, last, [](const Line& a, const Line& b) { return a.part < b.part; });
    }
    for (Line* alike = first; alike != last;) {
      const uint64_t part = alike->part;
      Line* const end = std::find_if(alike, last, [part](const Line& line) { return line.part != part; });
      if (end - alike > 1 && (part & 0xff) != 0) Sort(alike, end, offset + kPartBytes);
      alike = end;
    }
  }

  // Byte by byte of the parts, from the last: a digit that all have in common takes no time.
  void SortByDigits(Line* first, Line* last) {
    const size_t count = static_cast<size_t>(last - first);
    uint32_t places[kPartBytes][256] = {};
    for (Line* line = first; line != last; ++line) {
      for (uint32_t digit = 0; digit < kPartBytes; digit++) places[digit][Digit(*line, digit)]++;
    }
    Line* from = first;
    Line* to = spare_.get();
    for (uint32_t digit = 0; digit < kPartBytes; digit++) {
      if (places[digit][Digit(*from, digit)] == count) continue;
      uint32_t place = 0;
      for (uint32_t& next : places[digit]) place += std::exchange(next, place);
      for (size_t i = 0; i < count; i++) to[places[digit][Digit(from[i], digit)]++] = from[i];
      std::swap(from, to);
    }
    if (from != first) std::copy(from, from + count, first);
  }

  static uint8_t Digit(const Line& line, uint32_t digit) { return static_cast<uint8_t>(line.part >> (8 * digit)); }

  uint64_t PartAt(const Line& line, uint32_t offset) const {
    uint64_t part = 0;
    const uint8_t* const at = text_ + line.start + offset;
    if (line.length >= offset + kPartBytes) {
      memcpy(&part, at, kPartBytes);
    } else if (line.length > offset) {
      memcpy(&part, at, line.length - offset);
    }
    return __builtin_bswap64(part);  // The machine is little-endian.
  }

  std::string_view TextOf(const Line& line) const {
    return {reinterpret_cast<const char*>(text_) + line.start, line.length};
  }

  const uint8_t* text_;
  std::vector<Line>* lines_;
  std::unique_ptr<Line[]> spare_;
};

// new LineTable(bytes, without): the lines that are not empty and in which `without` does not stand (if it is not empty
// itself), sorted bytewise. The bytes must stay as they are.
class LineTable : public Napi::ObjectWrap<LineTable> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "LineTable",
                       {InstanceAccessor<&LineTable::Length>("length"), InstanceMethod<&LineTable::LineAt>("line"),
                        InstanceMethod<&LineTable::Place>("place"), InstanceMethod<&LineTable::Join>("join")});
  }

  explicit LineTable(const Napi::CallbackInfo& info) : Napi::ObjectWrap<LineTable>(info) {
    const Bytes bytes = BytesOf(info[0]);
    owner_ = Napi::Persistent(info[0].As<Napi::Object>());
    text_ = bytes.data;
    Split(bytes, Latin1Of(info[1]));
    Sorter(text_, &lines_).Sort();
  }

 private:
  void Split(Bytes bytes, const std::string& without) {
    const uint8_t* const end = bytes.data + bytes.length;
    lines_.reserve(static_cast<size_t>(std::count(text_, end, uint8_t{'\n'})) + 1);
    const uint8_t* unwanted = Find(bytes.data, end, without);
    for (const uint8_t* at = bytes.data; at < end;) {
      const auto* newline = static_cast<const uint8_t*>(memchr(at, '\n', end - at));
      const uint8_t* const stop = newline == nullptr ? end : newline;
      const bool is_wanted = unwanted >= stop;
      if (stop > at && is_wanted) Add(at, stop);
      if (!is_wanted) unwanted = Find(stop, end, without);
      at = stop + 1;
    }
  }

  void Add(const uint8_t* start, const uint8_t* stop) {
    lines_.push_back({0, static_cast<uint32_t>(start - text_), static_cast<uint32_t>(stop - start)});
  }

  static const uint8_t* Find(const uint8_t* from, const uint8_t* end, const std::string& what) {
    const void* const found = what.empty() ? nullptr : memmem(from, end - from, what.data(), what.size());
    return found == nullptr ? end : static_cast<const uint8_t*>(found);
  }

  Napi::Value Length(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(lines_.size()));
  }

  // line(index) -> its text, as a byte string; undefined where there is none
  Napi::Value LineAt(const Napi::CallbackInfo& info) {
    const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
    if (index >= lines_.size()) return info.Env().Undefined();
    return Latin1(info.Env(), TextOf(lines_[index]));
  }

  // place(text) -> the index of the first line that is not before it
  Napi::Value Place(const Napi::CallbackInfo& info) {
    const std::string text = Latin1Of(info[0]);
    const auto found = std::lower_bound(lines_.begin(), lines_.end(), std::string_view(text),
                                        [this](const Line& line, std::string_view t) { return TextOf(line) < t; });
    return Napi::Number::New(info.Env(), static_cast<double>(found - lines_.begin()));
  }

  // join(ranges, prefix, isOfWords) -> the lines of the ranges [from, to, from, to, ...] as a byte string, each with the prefix
  // before it and a newline between two; of words, only what is before the first blank of a line, each once
  Napi::Value Join(const Napi::CallbackInfo& info) {
    const auto ranges = info[0].As<Napi::Uint32Array>();
    const std::string prefix = Latin1Of(info[1]);
    const bool is_of_words = info[2].As<Napi::Boolean>().Value();
    std::string joined;
    std::string_view last;
    for (size_t i = 0; i + 1 < ranges.ElementLength(); i += 2) {
      const size_t to = std::min<size_t>(ranges[i + 1], lines_.size());
      for (size_t at = ranges[i]; at < to; at++) {
        __builtin_prefetch(text_ + lines_[std::min(at + kAhead, to - 1)].start);
        const std::string_view line = TextOf(lines_[at]);
        const std::string_view text = is_of_words ? line.substr(0, line.find(' ')) : line;
        if (is_of_words && text == last) continue;
        last = text;
        if (joined.empty()) {
          joined.reserve(BytesFrom(at, prefix));
        } else {
          joined += '\n';
        }
        joined.append(prefix).append(text);
      }
    }
    return Latin1(info.Env(), joined);
  }

  // No more than all lines from there on take.
  size_t BytesFrom(size_t at, const std::string& prefix) const {
    size_t bytes = 0;
    for (; at < lines_.size(); at++) bytes += prefix.size() + lines_[at].length + 1;
    return bytes;
  }

  std::string_view TextOf(const Line& line) const {
    return {reinterpret_cast<const char*>(text_) + line.start, line.length};
  }

  static Napi::Value Latin1(Napi::Env env, std::string_view text) {
    napi_value value;
    if (napi_create_string_latin1(env, text.data(), text.size(), &value) != napi_ok) throw Napi::Error::New(env);
    return Napi::Value(env, value);
  }

  static std::string Latin1Of(const Napi::Value& value) {
    size_t length = 0;
    napi_get_value_string_latin1(value.Env(), value, nullptr, 0, &length);
    std::string text(length + 1, '\0');
    napi_get_value_string_latin1(value.Env(), value, text.data(), text.size(), &length);
    text.resize(length);
    return text;
  }

  Napi::ObjectReference owner_;
  const uint8_t* text_;
  std::vector<Line> lines_;
};

}  // namespace

void ExportLineTable(Napi::Env env, Napi::Object exports) { exports.Set("LineTable", LineTable::Define(env)); }

}  // namespace tsbt

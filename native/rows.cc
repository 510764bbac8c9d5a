// The entries of a map in order, and as text: a hundred thousand short lines, which JavaScript that has just started takes
// a quarter of a second for.
//
// What is shown of an entry lies in columns: one value for each entry, a stride apart. A column is six numbers of a
// Uint32Array:
//
//   view     whose memory it is, an index into a list of views
//   stride   from one entry to the next, in bytes
//   offset   of the first entry
//   width    of a value: 1, 2, 4 or 8; of text its capacity
//   kind     see Kind
//   divisor  numbers are divided by it, toward zero

#include "rows.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "arguments.h"

namespace tsbt {
namespace {

enum Kind : uint32_t {
  kSigned,
  kUnsigned,
  // An integer that a double holds.
  kDouble,
  // Up to its NUL.
  kText,
  // The same; where there is no NUL it has been cut, and a mark follows.
  kCutText,
};

constexpr size_t kNumbersOfColumn = 6;
// Of 64 bits, with a sign.
constexpr size_t kMaxDigits = 20;

struct Column {
  const uint8_t* data;
  size_t length;
  size_t stride;
  size_t offset;
  size_t width;
  uint32_t kind;
  uint32_t divisor;

  bool IsText() const { return kind == kText || kind == kCutText; }

  const uint8_t* At(uint32_t entry) const { return data + entry * stride + offset; }

  // Wrapped to 64 bits.
  uint64_t NumberAt(uint32_t entry) const {
    const uint8_t* const at = At(entry);
    if (kind == kDouble) return static_cast<uint64_t>(static_cast<int64_t>(Load<double>(at)));
    const bool is_signed = kind == kSigned;
    switch (width) {
      case 1:
        return is_signed ? static_cast<uint64_t>(Load<int8_t>(at)) : Load<uint8_t>(at);
      case 2:
        return is_signed ? static_cast<uint64_t>(Load<int16_t>(at)) : Load<uint16_t>(at);
      case 4:
        return is_signed ? static_cast<uint64_t>(Load<int32_t>(at)) : Load<uint32_t>(at);
      default:
        return Load<uint64_t>(at);
    }
  }

  std::string_view TextAt(uint32_t entry) const {
    const auto* const at = reinterpret_cast<const char*>(At(entry));
    return {at, strnlen(at, width)};
  }

  template <typename T>
  static T Load(const uint8_t* at) {
    T value;
    memcpy(&value, at, sizeof value);
    return value;
  }
};

// Of which every entry has a value.
std::vector<Column> ColumnsOf(const Napi::Value& views, const Napi::Value& numbers, const uint32_t* entries,
                              size_t count) {
  const auto list = views.As<Napi::Array>();
  const auto described = numbers.As<Napi::Uint32Array>();
  const uint32_t last = count == 0 ? 0 : *std::max_element(entries, entries + count);
  std::vector<Column> columns;
  for (size_t i = 0; i + kNumbersOfColumn <= described.ElementLength(); i += kNumbersOfColumn) {
    const auto number = [&](size_t at) { return described[i + at]; };
    const Bytes bytes = BytesOf(list.Get(number(0)));
    const Column column{bytes.data,
                        bytes.length,
                        number(1),
                        number(2),
                        number(3),
                        number(4),
                        std::max(number(5), 1u)};
    if (count > 0 && last * column.stride + column.offset + column.width > column.length) {
      throw Napi::RangeError::New(views.Env(), "a column has fewer values than there are entries");
    }
    columns.push_back(column);
  }
  return columns;
}

template <typename Key>
struct Keyed {
  Key key;
  uint32_t entry;

  static bool IsBefore(const Keyed& a, const Keyed& b) { return a.key < b.key; }
};

template <typename Key, typename KeyOf>
void SortBy(uint32_t* entries, size_t count, KeyOf key_of) {
  std::vector<Keyed<Key>> keyed(count);
  for (size_t i = 0; i < count; i++) keyed[i] = {key_of(entries[i]), entries[i]};
  // Most maps have one value again and again, or keys that have been put in by size.
  if (std::is_sorted(keyed.begin(), keyed.end(), Keyed<Key>::IsBefore)) return;
  std::stable_sort(keyed.begin(), keyed.end(), Keyed<Key>::IsBefore);
  for (size_t i = 0; i < count; i++) entries[i] = keyed[i].entry;
}

// sortRows(entries, views, columns): puts entry numbers into the order of the columns, the first one first. Numbers are
// compared as signed ones. Where all are equal the order stays.
void SortRows(const Napi::CallbackInfo& info) {
  auto array = info[0].As<Napi::Uint32Array>();
  uint32_t* const entries = array.Data();
  const size_t count = array.ElementLength();
  const std::vector<Column> columns = ColumnsOf(info[1], info[2], entries, count);
  for (auto column = columns.rbegin(); column != columns.rend(); ++column) {
    if (column->IsText()) {
      SortBy<std::string_view>(entries, count, [&](uint32_t entry) { return column->TextAt(entry); });
    } else {
      SortBy<int64_t>(entries, count,
                      [&](uint32_t entry) { return static_cast<int64_t>(column->NumberAt(entry)); });
    }
  }
}

// Text on its way into memory that is large enough.
class Target {
 public:
  explicit Target(char* at) : at_(at) {}

  char* at() const { return at_; }

  void Add(std::string_view text) {
    memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  template <typename Integer>
  void AddNumber(Integer n) {
    at_ = std::to_chars(at_, at_ + kMaxDigits, n).ptr;
  }

 private:
  char* at_;
};

void AddValue(const Column& column, uint32_t entry, std::string_view mark, Target* to) {
  if (column.IsText()) {
    const std::string_view text = column.TextAt(entry);
    to->Add(text);
    if (column.kind == kCutText && text.size() == column.width) to->Add(mark);
  } else if (column.kind == kUnsigned) {
    to->AddNumber(column.NumberAt(entry) / column.divisor);
  } else {
    to->AddNumber(static_cast<int64_t>(column.NumberAt(entry)) / static_cast<int64_t>(column.divisor));
  }
}

// writeRows(entries, to, views, columns, literals, ends) -> [rows, bytes]
//
// Writes rows one after the other until one might find no room. A row is a literal, the value of the first column, a
// literal, the value of the second column ... a literal; the last of all is the mark of text that has been cut. Literal i
// ends at `ends[i]` of `literals`.
Napi::Value WriteRows(const Napi::CallbackInfo& info) {
  const auto entries = info[0].As<Napi::Uint32Array>();
  const size_t count = entries.ElementLength();
  const Bytes to = BytesOf(info[1]);
  const std::vector<Column> columns = ColumnsOf(info[2], info[3], entries.Data(), count);
  const Bytes text = BytesOf(info[4]);
  const auto ends = info[5].As<Napi::Int32Array>();
  if (ends.ElementLength() != columns.size() + 2) {
    throw Napi::RangeError::New(info.Env(), "a literal stands on each side of a column");
  }
  std::vector<std::string_view> literals;
  for (size_t i = 0, start = 0; i < ends.ElementLength(); i++) {
    const size_t end = std::min(static_cast<size_t>(ends[i]), text.length);
    literals.emplace_back(reinterpret_cast<const char*>(text.data) + start, end - start);
    start = end;
  }
  const std::string_view mark = literals.back();
  literals.pop_back();
  size_t row_bytes = 0;
  for (const std::string_view literal : literals) row_bytes += literal.size();
  for (const Column& column : columns) row_bytes += column.IsText() ? column.width + mark.size() : kMaxDigits;

  char* const start = reinterpret_cast<char*>(to.data);
  Target target(start);
  size_t rows = 0;
  while (rows < count && static_cast<size_t>(target.at() - start) + row_bytes <= to.length) {
    const uint32_t entry = entries[rows++];
    for (size_t i = 0; i < columns.size(); i++) {
      target.Add(literals[i]);
      AddValue(columns[i], entry, mark, &target);
    }
    target.Add(literals.back());
  }
  auto done = Napi::Array::New(info.Env(), 2);
  done[0u] = static_cast<double>(rows);
  done[1u] = static_cast<double>(target.at() - start);
  return done;
}

}  // namespace

void ExportRows(Napi::Env env, Napi::Object exports) {
  exports.Set("sortRows", Napi::Function::New(env, SortRows));
  exports.Set("writeRows", Napi::Function::New(env, WriteRows));
}

}  // namespace tsbt

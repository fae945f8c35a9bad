//===- NpyHeader.cpp - what stands before the elements of an NPY ---------===//
//
// The header is a literal of Python: a dictionary of `descr`, `fortran_order`
// and `shape`. NumPy reads it with a parser of Python; this one knows the three
// values and nothing else.
//
//===----------------------------------------------------------------------===//
#include "NpyHeader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstring>

using namespace ingot::rt;

namespace {

constexpr std::string_view magic = "\x93NUMPY";
/// `_MAX_HEADER_SIZE` of NumPy.
constexpr std::size_t longestHeader = 10000;
/// Of NumPy 2.
constexpr std::size_t mostDimensions = 64;

/// The three values as they stand in the dictionary.
struct Dictionary {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<Shape> shape;
};

class Parser {
public:
  Parser(std::string_view text, std::string_view subject)
      : text(text), subject(subject) {}

  Dictionary dictionary() {
    Dictionary values;
    expect('{');
    while (!accept('}')) {
      entry(values);
      if (accept('}'))
        break;
      expect(',');
    }
    skipSpace();
    if (at != text.size())
      syntaxError();
    return values;
  }

  [[noreturn]] void refuse(const std::string &why) const {
    throw Error(fmt::format("{} {}", subject, why));
  }

private:
  [[noreturn]] void syntaxError() const {
    refuse(fmt::format("has a header that is no dictionary of `descr`, "
                       "`fortran_order` and `shape`, at its byte {}",
                       at));
  }

  void skipSpace() {
    at = std::min(text.find_first_not_of(" \n\t\r", at), text.size());
  }
  bool accept(char c) {
    skipSpace();
    if (at == text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      syntaxError();
  }
  bool accept(std::string_view word) {
    skipSpace();
    if (!text.substr(at).starts_with(word))
      return false;
    at += word.size();
    return true;
  }

  void entry(Dictionary &values) {
    const std::string key = quotedString();
    expect(':');
    const auto take = [&](auto &value, auto read) {
      if (value)
        refuse(fmt::format("names `{}` of its header twice", key));
      value = read();
    };
    if (key == "descr")
      take(values.descr, [&] { return descr(); });
    else if (key == "fortran_order")
      take(values.fortranOrder, [&] { return boolean(); });
    else if (key == "shape")
      take(values.shape, [&] { return tuple(); });
    else
      refuse(fmt::format("has {} in its header; there are `descr`, "
                         "`fortran_order` and `shape`",
                         quotedText(key)));
  }

  /// Escapes are for names of fields, which are not read.
  std::string quotedString() {
    skipSpace();
    const char quote = at < text.size() ? text[at] : '\0';
    if (quote != '\'' && quote != '"')
      syntaxError();
    const std::size_t end = text.find(quote, at + 1);
    if (end == std::string_view::npos)
      syntaxError();
    std::string value(text.substr(at + 1, end - at - 1));
    at = end + 1;
    return value;
  }

  std::string descr() {
    skipSpace();
    if (at < text.size() && (text[at] == '[' || text[at] == '('))
      refuse("has records of several fields; save each field as an array of "
             "its own");
    return quotedString();
  }

  bool boolean() {
    if (accept("True"))
      return true;
    if (!accept("False"))
      syntaxError();
    return false;
  }

  Shape tuple() {
    Shape extents;
    expect('(');
    while (!accept(')')) {
      if (extents.size() == mostDimensions)
        refuse(fmt::format("has more than {} dimensions", mostDimensions));
      extents.push_back(extent());
      // Python 2 wrote long integers with it.
      if (at < text.size() && text[at] == 'L')
        ++at;
      if (accept(')'))
        break;
      expect(',');
    }
    return extents;
  }

  std::int64_t extent() {
    skipSpace();
    std::int64_t value = 0;
    const char *begin = text.data() + at;
    const auto [end, error] =
        std::from_chars(begin, text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range || value < 0)
      refuse(fmt::format("has the extent {} in its shape; must fit 63 bits and "
                         "not be negative",
                         std::string_view(begin, end)));
    if (error != std::errc())
      syntaxError();
    at += static_cast<std::size_t>(end - begin);
    return value;
  }

  std::string_view text, subject;
  std::size_t at = 0;
};

} // namespace

/// "<f4" and so on.
static std::optional<ElementType> elementType(std::string_view kind) {
  constexpr std::pair<std::string_view, ElementType> known[] = {
      {"b1", ElementType::Bool}, {"u1", ElementType::U8},
      {"i1", ElementType::I8},   {"u2", ElementType::U16},
      {"i2", ElementType::I16},  {"f2", ElementType::F16},
      {"u4", ElementType::U32},  {"i4", ElementType::I32},
      {"f4", ElementType::F32},  {"u8", ElementType::U64},
      {"i8", ElementType::I64},  {"f8", ElementType::F64}};
  for (const auto &[name, type] : known)
    if (name == kind)
      return type;
  return std::nullopt;
}

static ElementLayout layoutOf(const Dictionary &values, const Parser &parser) {
  const std::string_view descr = *values.descr;
  if (descr.find('O') != std::string_view::npos)
    parser.refuse("has Python objects, which only Python can read; save an "
                  "array of numbers");
  const bool hasOrder =
      !descr.empty() && std::strchr("<>=|", descr.front()) != nullptr;
  const std::optional<ElementType> type =
      elementType(hasOrder ? descr.substr(1) : descr);
  if (!type)
    parser.refuse(fmt::format("has elements of type {}; must be b1, i1 to i8, "
                              "u1 to u8, f2, f4 or f8",
                              quotedText(descr)));
  return {.type = *type,
          .bigEndian = hasOrder && descr.front() == '>',
          .columnMajor = *values.fortranOrder};
}

std::size_t ingot::rt::npyDataOffset(std::span<const std::byte> start,
                                     std::string_view subject) {
  const std::string_view text(reinterpret_cast<const char *>(start.data()),
                              start.size());
  const Parser parser({}, subject);
  if (!text.starts_with(magic) || text.size() < magic.size() + 2)
    parser.refuse("is no NPY file: it does not begin with \\x93NUMPY and a "
                  "version");
  const unsigned major = static_cast<unsigned char>(text[6]),
                 minor = static_cast<unsigned char>(text[7]);
  if (major < 1 || major > 3 || minor != 0)
    parser.refuse(fmt::format("has version {}.{} of NPY; 1.0, 2.0 and 3.0 are "
                              "read",
                              major, minor));
  const std::size_t lengthBytes = major == 1 ? 2 : 4;
  if (text.size() < 8 + lengthBytes)
    parser.refuse(fmt::format("is truncated: it has {} bytes and its header "
                              "begins at {}",
                              text.size(), 8 + lengthBytes));
  std::uint32_t length = 0;
  std::memcpy(&length, start.data() + 8, lengthBytes);
  if (length > longestHeader)
    parser.refuse(fmt::format("promises a header of {} bytes; at most {} are "
                              "read",
                              length, longestHeader));
  return 8 + lengthBytes + length;
}

NpyHeader ingot::rt::parseNpyHeader(std::span<const std::byte> bytes,
                                    std::string_view subject) {
  std::string_view text(reinterpret_cast<const char *>(bytes.data()),
                        bytes.size());
  text.remove_prefix(text[6] == 1 ? 10 : 12);
  Parser parser(text, subject);
  Dictionary values = parser.dictionary();
  const std::pair<const char *, bool> fields[] = {
      {"descr", values.descr.has_value()},
      {"fortran_order", values.fortranOrder.has_value()},
      {"shape", values.shape.has_value()}};
  for (const auto &[name, present] : fields)
    if (!present)
      parser.refuse(fmt::format("has no `{}` in its header", name));

  NpyHeader header{.layout = layoutOf(values, parser),
                   .shape = std::move(*values.shape)};
  const std::optional<std::size_t> size =
      tensorBytes(header.shape, elementBytes(header.layout.type));
  if (!size)
    parser.refuse(fmt::format("has the shape {}, which is more than memory can "
                              "hold",
                              shapeText(header.shape)));
  header.dataBytes = *size;
  return header;
}

Array ingot::rt::npyArray(NpyHeader header, std::span<const std::byte> data,
                          std::string_view subject) {
  if (data.size() < header.dataBytes)
    throw Error(fmt::format("{} is truncated: it has {} bytes of elements and "
                            "its header promises {}",
                            subject, data.size(), header.dataBytes));
  if (data.size() > header.dataBytes)
    throw Error(fmt::format("{} goes on after the {} bytes of elements that "
                            "its header promises",
                            subject, header.dataBytes));
  return convertElements(data, std::move(header.shape), header.layout, subject);
}

std::string ingot::rt::npyHeaderText(const Array &array) {
  const char *descr = array.dtype() == DType::F32   ? "<f4"
                      : array.dtype() == DType::I32 ? "<i4"
                                                    : "|u1";
  const Shape &shape = array.shape();
  std::string text = fmt::format(
      "{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", descr,
      fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  // Elements begin at a multiple of 64, after a line break.
  constexpr std::size_t before = 10, align = 64;
  const std::size_t end =
      (before + text.size() + 1 + align - 1) / align * align;
  text.resize(end - before - 1, ' ');
  text += '\n';
  std::string file(magic);
  file += {'\1', '\0', static_cast<char>(text.size() & 0xff),
           static_cast<char>(text.size() >> 8)};
  return file + text;
}

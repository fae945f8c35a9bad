//===- Json.cpp - reading JSON with errors for people ---------------------===//

#include "keras/Json.h"

#include "graph/Wording.h"
#include "ingot/ModelError.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace ingot;
using namespace ingot::json;

struct Value::Document {
  nlohmann::json root;
  std::string file;
};

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

namespace {

/// Member that keeps the line of an object; no JSON of Keras has such a key.
constexpr const char *lineKey = "\x01line";

/// Walks over the text and counts lines, since the parser does not tell where
/// it is. The line is that of the character read last.
class LineCountingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  LineCountingIterator(const char *at, unsigned *line) : at(at), line(line) {}
  reference operator*() const { return *at; }
  LineCountingIterator &operator++() {
    *line += pendingNewline;
    pendingNewline = *at == '\n';
    ++at;
    return *this;
  }
  LineCountingIterator operator++(int) {
    LineCountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const LineCountingIterator &other) const {
    return at == other.at;
  }
  bool operator!=(const LineCountingIterator &other) const {
    return at != other.at;
  }

private:
  const char *at;
  unsigned *line;
  bool pendingNewline = false;
};

} // namespace

Value Value::parse(const std::string &text, const std::string &fileName) {
  unsigned line = 1;
  std::vector<unsigned> openObjects;
  auto recordLine = [&](int depth, nlohmann::json::parse_event_t event,
                        nlohmann::json &parsed) {
    using Event = nlohmann::json::parse_event_t;
    // What reads the values is recursive; models are nested in models a few times.
    constexpr int deepest = 256;
    if (depth > deepest)
      throw Error(fmt::format("this is nested more than {} deep", deepest), {fileName, line, 0});
    if (event == Event::object_start) {
      openObjects.push_back(line);
    } else if (event == Event::object_end) {
      if (parsed.contains("class_name"))
        parsed[lineKey] = openObjects.back();
      openObjects.pop_back();
    }
    return true;
  };
  auto document = std::make_shared<Document>();
  document->file = fileName;
  document->root = nlohmann::json::parse(
      LineCountingIterator(text.data(), &line),
      LineCountingIterator(text.data() + text.size(), &line), recordLine,
      /*allow_exceptions=*/false);
  if (document->root.is_discarded())
    throw Error(text.find_first_not_of(" \t\r\n") == std::string::npos
                    ? "the file is empty; JSON is expected"
                             : "this is not valid JSON",
                {fileName, line, 0});
  const nlohmann::json *root = &document->root;
  return Value(std::move(document), root, "", 0).child(*root, "");
}

//===----------------------------------------------------------------------===//
// Navigation
//===----------------------------------------------------------------------===//

Value::Value(std::shared_ptr<const Document> document,
             const nlohmann::json *value, std::string path, unsigned line)
    : document(std::move(document)), value(value), valuePath(std::move(path)),
      line(line) {}

Value Value::child(const nlohmann::json &child, std::string path) const {
  unsigned childLine = line;
  if (child.is_object())
    if (auto it = child.find(lineKey); it != child.end())
      childLine = it->get<unsigned>();
  return Value(document, &child, std::move(path), childLine);
}

/// Equality without the lines.
static bool equal(const nlohmann::json &a, const nlohmann::json &b) {
  if (a.is_array() && b.is_array())
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  if (!a.is_object() || !b.is_object())
    return a == b;
  // Objects have a line by what is in them, so both have one or none.
  return a.size() == b.size() &&
         std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                    [](const auto &x, const auto &y) {
                      return x.key() == y.key() && (x.key() == lineKey || equal(x.value(), y.value()));
                    });
}

bool Value::operator==(const Value &other) const { return equal(*value, *other.value); }

bool Value::isNull() const { return value->is_null(); }
bool Value::isString() const { return value->is_string(); }
bool Value::isNumber() const { return value->is_number(); }
bool Value::isBoolean() const { return value->is_boolean(); }
bool Value::isArray() const { return value->is_array(); }
bool Value::isObject() const { return value->is_object(); }

bool Value::has(const std::string &key) const { return !get(key).isNull(); }

Value Value::get(const std::string &key) const {
  static const nlohmann::json null;
  if (!value->is_object())
    expected("an object");
  auto it = value->find(key);
  return child(it == value->end() ? null : *it,
               valuePath.empty() ? key : valuePath + "." + key);
}

Value Value::at(const std::string &key) const {
  Value member = get(key);
  const std::string nearest = value->contains(key) ? "" : misspeltName(key, keys());
  if (!value->contains(key))
    throw Error((valuePath.empty() ? fmt::format("there is no `{}`", key)
                                   : fmt::format("`{}` has no `{}`", valuePath, key)) +
                    (nearest.empty() ? "" : fmt::format("; is `{}` meant to be it?", nearest)),
                location());
  return member;
}

Value Value::at(size_t index) const {
  if (index >= size())
    fail(fmt::format("has {}; element {} is needed, as they count from 0", counted(size(), "element"), index));
  return child((*value)[index], fmt::format("{}[{}]", valuePath, index));
}

size_t Value::size() const {
  if (!value->is_array())
    expected("a list");
  return value->size();
}

std::vector<Value> Value::elements() const {
  std::vector<Value> result;
  for (size_t i = 0, e = size(); i != e; ++i)
    result.push_back(at(i));
  return result;
}

std::vector<std::string> Value::keys() const {
  if (!value->is_object())
    expected("an object");
  std::vector<std::string> result;
  for (const auto &[key, member] : value->items())
    if (key != lineKey)
      result.push_back(key);
  return result;
}

//===----------------------------------------------------------------------===//
// Scalars and lists
//===----------------------------------------------------------------------===//

std::string Value::string() const {
  if (!value->is_string())
    expected("a string");
  return value->get<std::string>();
}

double Value::number() const {
  if (!value->is_number())
    expected("a number");
  return value->get<double>();
}

int64_t Value::integer() const {
  // JavaScript writes 1.0 as 1 and Python may write 1 as 1.0.
  constexpr double limit = 9007199254740992.0; // 2^53
  if (!value->is_number() || std::abs(value->get<double>()) > limit ||
      value->get<double>() != std::floor(value->get<double>()))
    expected("an integer");
  return static_cast<int64_t>(value->get<double>());
}

bool Value::boolean() const {
  if (!value->is_boolean())
    expected("true or false");
  return value->get<bool>();
}

std::vector<int64_t> Value::shape() const {
  std::vector<int64_t> result;
  for (const Value &size : elements())
    result.push_back(size.isNull() ? shape::kDynamic : size.integer());
  return result;
}

std::vector<int64_t> Value::integers() const {
  std::vector<int64_t> result;
  for (const Value &element : elements())
    result.push_back(element.integer());
  return result;
}

std::vector<double> Value::numbers() const {
  std::vector<double> result;
  for (const Value &element : elements())
    result.push_back(element.number());
  return result;
}

std::vector<std::string> Value::strings() const {
  std::vector<std::string> result;
  for (const Value &element : elements())
    result.push_back(element.string());
  return result;
}

std::string Value::stringOr(const std::string &key,
                            std::string fallback) const {
  return has(key) ? get(key).string() : std::move(fallback);
}
double Value::numberOr(const std::string &key, double fallback) const {
  return has(key) ? get(key).number() : fallback;
}
int64_t Value::integerOr(const std::string &key, int64_t fallback) const {
  return has(key) ? get(key).integer() : fallback;
}
bool Value::booleanOr(const std::string &key, bool fallback) const {
  return has(key) ? get(key).boolean() : fallback;
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

std::string Value::describe() const {
  constexpr size_t longest = 60;
  if (value->is_object())
    return "an object";
  // Invalid UTF-8 cannot be dumped as it is, so it is replaced.
  std::string text = value->dump(-1, ' ', false,
                                 nlohmann::json::error_handler_t::replace);
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

graph::Location Value::location() const { return {document->file, line, 0}; }

void Value::fail(const std::string &what) const {
  throw Error(fmt::format("`{}` {}",
                          valuePath.empty() ? document->file : valuePath, what),
              location());
}

void Value::expected(const std::string &what) const {
  fail(fmt::format("is {}; must be {}", describe(), what));
}

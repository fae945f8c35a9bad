//===- Json.h - reading JSON with errors for people ------------*- C++ -*-===//
//
// A cursor over a document parsed by nlohmann::json. Every accessor checks
// what it reads; a mistake throws ingot::Error that names the file, the line
// of the enclosing layer where it is known, and the path of the value.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "graph/Graph.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ingot::json {

/// A value of a document, and how it is reached: `config.layers[2].name`.
/// Shares ownership of the document; cheap to copy.
class Value {
public:
  /// Parses `text`; `fileName` is for messages. Objects that have a
  /// "class_name" know their line.
  static Value parse(const std::string &text, const std::string &fileName);

  bool isNull() const;
  bool isString() const;
  bool isNumber() const;
  bool isBoolean() const;
  bool isArray() const;
  bool isObject() const;
  /// True for an object that has a member `key` which is not null.
  bool has(const std::string &key) const;

  /// The member `key` of an object; an error if there is none.
  Value at(const std::string &key) const;
  /// The member `key`, or a null value if there is none.
  Value get(const std::string &key) const;
  /// The member `key`, or a copy of `fallback` if there is none or it is null.
  std::string stringOr(const std::string &key, std::string fallback) const;
  double numberOr(const std::string &key, double fallback) const;
  int64_t integerOr(const std::string &key, int64_t fallback) const;
  bool booleanOr(const std::string &key, bool fallback) const;

  Value at(size_t index) const;
  size_t size() const;
  std::vector<Value> elements() const;
  /// Keys of an object, sorted.
  std::vector<std::string> keys() const;

  std::string string() const;
  double number() const;
  int64_t integer() const;
  bool boolean() const;
  /// `[null, 784]`: null becomes shape::kDynamic.
  std::vector<int64_t> shape() const;
  std::vector<int64_t> integers() const;
  std::vector<double> numbers() const;
  std::vector<std::string> strings() const;

  /// The same JSON, wherever it stands.
  bool operator==(const Value &other) const;

  /// The value as compact JSON text, shortened: for messages.
  std::string describe() const;
  const std::string &path() const { return valuePath; }
  graph::Location location() const;

  /// Throws ingot::Error "`path` <what>".
  [[noreturn]] void fail(const std::string &what) const;

private:
  struct Document;
  Value(std::shared_ptr<const Document> document, const nlohmann::json *value,
        std::string path, unsigned line);
  Value child(const nlohmann::json &value, std::string path) const;
  [[noreturn]] void expected(const std::string &what) const;

  std::shared_ptr<const Document> document;
  const nlohmann::json *value;
  std::string valuePath;
  unsigned line;
};

} // namespace ingot::json

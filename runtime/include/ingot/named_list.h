//===- named_list.h - values by name, in order -----------------*- C++ -*-===//
//
// What History, metrics, predictions and weights are kept in: a map of a few
// entries that remembers in which order they came.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/error.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::rt {

namespace detail {
/// Throws Error, which lists `known` and suggests the one nearest to `name`.
[[noreturn]] void throwUnknownName(std::string_view name,
                                   const std::vector<std::string> &known);
} // namespace detail

/// Values by name, in the order in which they were added. Look-up is linear.
///
///   for (const auto &[name, value] : model.evaluate(x, y))
///     std::cout << name << " " << value << "\n";
template <class T> class NamedList {
public:
  using Item = std::pair<std::string, T>;

  NamedList() = default;
  NamedList(std::initializer_list<Item> items) : items(items) {}

  std::size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }

  /// The value called `name`, or nullptr.
  const T *find(std::string_view name) const {
    for (const Item &item : items)
      if (item.first == name)
        return &item.second;
    return nullptr;
  }
  T *find(std::string_view name) {
    return const_cast<T *>(std::as_const(*this).find(name));
  }
  bool contains(std::string_view name) const { return find(name); }

  /// The value called `name`. Throws Error, which lists the names, if there is
  /// none.
  const T &operator[](std::string_view name) const {
    if (const T *value = find(name))
      return *value;
    std::vector<std::string> names;
    for (const Item &item : items)
      names.push_back(item.first);
    detail::throwUnknownName(name, names);
  }

  /// Value number `index`. Throws Error if there are not as many.
  const T &operator[](std::size_t index) const {
    if (index < items.size())
      return items[index].second;
    throw Error("index " + std::to_string(index) +
                " was asked for and there are " + std::to_string(items.size()) +
                " values");
  }

  /// Appends; `name` is expected to be new.
  T &add(std::string name, T value) {
    return items.emplace_back(std::move(name), std::move(value)).second;
  }

  /// Overwrites the value called `name`, or appends it.
  T &set(std::string_view name, T value) {
    if (T *old = find(name))
      return *old = std::move(value);
    return add(std::string(name), std::move(value));
  }

private:
  std::vector<Item> items;
};

} // namespace ingot::rt

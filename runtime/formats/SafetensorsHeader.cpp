//===- SafetensorsHeader.cpp - the JSON of a safetensors file ------------===//
#include "SafetensorsHeader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <set>

using namespace ingot::rt;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

namespace {
struct TypeName {
  std::string_view name;
  std::size_t bytes;
  std::optional<ElementType> element;
};
} // namespace

static constexpr std::array<TypeName, 17> typeNames = {{
    {"BOOL", 1, ElementType::Bool},
    {"U8", 1, ElementType::U8},
    {"I8", 1, ElementType::I8},
    {"F8_E5M2", 1, std::nullopt},
    {"F8_E4M3", 1, std::nullopt},
    {"F8_E8M0", 1, std::nullopt},
    {"I16", 2, ElementType::I16},
    {"U16", 2, ElementType::U16},
    {"F16", 2, ElementType::F16},
    {"BF16", 2, ElementType::BF16},
    {"I32", 4, ElementType::I32},
    {"U32", 4, ElementType::U32},
    {"F32", 4, ElementType::F32},
    {"C64", 8, std::nullopt},
    {"F64", 8, ElementType::F64},
    {"I64", 8, ElementType::I64},
    {"U64", 8, ElementType::U64},
}};

static const TypeName *typeNamed(std::string_view name) {
  for (const TypeName &type : typeNames)
    if (type.name == name)
      return &type;
  return nullptr;
}

std::optional<std::size_t> ingot::rt::safetensorsBytes(std::string_view dtype) {
  const TypeName *type = typeNamed(dtype);
  return type ? std::optional(type->bytes) : std::nullopt;
}

std::string ingot::rt::safetensorsTypes() {
  std::string names;
  for (const TypeName &type : typeNames)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", type.name);
  return names;
}

std::optional<ElementType>
ingot::rt::safetensorsElement(std::string_view dtype) {
  const TypeName *type = typeNamed(dtype);
  return type ? type->element : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

namespace {

using Json = nlohmann::json;

/// Takes the events of nlohmann's parser, which keeps no stack of calls
/// however deep the text is nested. An event that returns false ends it.
class Events : public nlohmann::json_sax<Json> {
public:
  explicit Events(SafetensorsHeader &header) : header(header) {}

  std::string why;

private:
  /// Where in the header it is.
  enum class Place {
    Before,   ///< the outermost `{`
    Tensors,  ///< in it
    Metadata, ///< in `__metadata__`
    Tensor,   ///< in a tensor
    Shape,    ///< in `shape`
    Offsets,  ///< in `data_offsets`
  };
  /// Numbers of NumPy's dimensions; a list of a million 1s is no shape.
  static constexpr std::size_t mostDimensions = 64;

  bool refuse(std::string reason) {
    why = std::move(reason);
    return false;
  }

  std::string tensorName() const {
    return quotedText(header.entries.back().name);
  }

  /// A value that may not stand where it does. `what` describes it.
  bool unexpected(std::string_view what) {
    switch (place) {
    case Place::Before:
      return refuse(fmt::format("is no safetensors file: its header is {} and "
                                "not an object",
                                what));
    case Place::Tensors:
      return refuse(fmt::format("has {} as {}; a tensor is an object",
                                quotedText(member), what));
    case Place::Metadata:
      return refuse(fmt::format("has {} in `__metadata__` as {}; must be text",
                                quotedText(member), what));
    case Place::Tensor:
      return refuse(fmt::format("has `{}` of {} as {}; must be {}", member,
                                tensorName(), what,
                                member == "dtype" ? "text" : "a list"));
    case Place::Shape:
      return refuse(fmt::format("has {} in the shape of {}; must be whole and "
                                "not negative",
                                what, tensorName()));
    case Place::Offsets:
      break;
    }
    return refuse(fmt::format("has {} in `data_offsets` of {}; must be whole "
                              "and not negative",
                              what, tensorName()));
  }

  bool null() override { return unexpected("null"); }
  bool boolean(bool value) override {
    return unexpected(value ? "true" : "false");
  }
  bool number_integer(std::int64_t value) override {
    return unexpected(fmt::to_string(value));
  }
  bool number_float(double, const std::string &text) override {
    return unexpected(text.substr(0, 40));
  }
  bool binary(Json::binary_t &) override { return unexpected("binary"); }

  bool number_unsigned(std::uint64_t value) override {
    HeaderEntry *entry =
        header.entries.empty() ? nullptr : &header.entries.back();
    if (place == Place::Shape) {
      if (!std::in_range<std::int64_t>(value))
        return unexpected(fmt::to_string(value));
      if (entry->shape.size() == mostDimensions)
        return refuse(fmt::format("has more than {} dimensions in the shape of "
                                  "{}",
                                  mostDimensions, tensorName()));
      entry->shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (place == Place::Offsets) {
      if (++offsets <= 2)
        (offsets == 1 ? entry->begin : entry->end) = value;
      return true;
    }
    return unexpected(fmt::to_string(value));
  }

  bool string(std::string &value) override {
    if (place == Place::Metadata) {
      header.metadata.emplace(member, std::move(value));
      return true;
    }
    if (place == Place::Tensor && member == "dtype") {
      header.entries.back().dtype = std::move(value);
      return true;
    }
    return unexpected(quotedText(value));
  }

  bool start_object(std::size_t) override {
    if (place == Place::Before) {
      place = Place::Tensors;
      return true;
    }
    if (place != Place::Tensors)
      return unexpected("an object");
    if (member == "__metadata__") {
      place = Place::Metadata;
      return true;
    }
    place = Place::Tensor;
    header.entries.push_back({.name = member});
    fields.clear();
    return true;
  }

  bool key(std::string &name) override {
    std::set<std::string> &taken = place == Place::Tensors    ? names
                                   : place == Place::Metadata ? texts
                                                              : fields;
    if (place == Place::Tensor && name != "dtype" && name != "shape" &&
        name != "data_offsets")
      return refuse(fmt::format("has {} of {}; a tensor has `dtype`, `shape` "
                                "and `data_offsets`",
                                quotedText(name), tensorName()));
    if (!taken.insert(name).second)
      return refuse(place == Place::Tensors
                        ? fmt::format("names {} twice", quotedText(name))
                        : fmt::format("names {} of {} twice", quotedText(name),
                                      place == Place::Tensor
                                          ? tensorName()
                                          : "`__metadata__`"));
    member = std::move(name);
    return true;
  }

  bool end_object() override {
    if (place == Place::Tensor)
      for (const char *field : {"dtype", "shape", "data_offsets"})
        if (!fields.contains(field))
          return refuse(fmt::format("has no `{}` of {}", field, tensorName()));
    place = Place::Tensors;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place != Place::Tensor || member == "dtype")
      return unexpected("a list");
    place = member == "shape" ? Place::Shape : Place::Offsets;
    offsets = 0;
    return true;
  }

  bool end_array() override {
    if (place == Place::Offsets && offsets != 2)
      return refuse(fmt::format("has {} numbers in `data_offsets` of {}; must "
                                "be begin and end",
                                offsets, tensorName()));
    place = Place::Tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string &,
                   const nlohmann::detail::exception &error) override {
    const bool encoding =
        std::string_view(error.what()).find("UTF-8") != std::string_view::npos;
    return refuse(fmt::format("has a header that is not valid {}, at its byte "
                              "{}",
                              encoding ? "UTF-8" : "JSON", position));
  }

  SafetensorsHeader &header;
  Place place = Place::Before;
  /// The key that was read last.
  std::string member;
  std::set<std::string> names, texts, fields;
  std::size_t offsets = 0;
};

} // namespace

std::string SafetensorsHeader::parse(std::string_view text) {
  // The description wants the brace first; only the end may be padded.
  if (!text.starts_with('{'))
    return fmt::format("is no safetensors file: its header begins with {} and "
                       "not with `{{`",
                       quotedText(text.substr(0, 1)));
  Events events(*this);
  nlohmann::json_sax<Json> *sax = &events;
  Json::sax_parse(text.begin(), text.end(), sax);
  return std::move(events.why);
}

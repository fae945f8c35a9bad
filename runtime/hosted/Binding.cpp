//===- Binding.cpp - arrays matched to a model's tensors -----------------===//
//
// In order of the header. Checks go from coarse to fine, so that a message
// names the first thing that is wrong: number and names, element type, shape,
// number of rows.
//
//===----------------------------------------------------------------------===//
#include "Binding.h"
#include "formats/Names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

using namespace ingot::rt;

//===----------------------------------------------------------------------===//
// Which array belongs to which tensor
//===----------------------------------------------------------------------===//

static std::vector<std::string>
namesOf(std::span<const ingot_tensor_desc> tensors,
        const CompiledModel &model) {
  std::vector<std::string> names;
  for (const ingot_tensor_desc &tensor : tensors)
    names.emplace_back(model.text(tensor.name));
  return names;
}

static Error unknownName(const CompiledModel &model, const std::string &role,
                         const std::vector<std::string> &known,
                         const std::string &name) {
  // Targets are fewer than outputs, which is easily forgotten.
  const std::vector<std::string> outputs = namesOf(model.outputs(), model);
  if ((role == "target" || role == "sample weight") &&
      std::ranges::find(outputs, name) != outputs.end())
    return Error(fmt::format("output `{}` of `{}` has no loss and takes no {}; "
                             "targets are {}",
                             name, model.name(), role, quoted(known)));
  return Error(fmt::format("`{}` has no {} `{}`; it has {}{}", model.name(),
                           role, name, quoted(known), suggestion(name, known)));
}

/// For each of `tensors` its array, or nullptr where `arrays` goes by name and
/// has none. `role` is "input", "target", ...
static std::vector<const Array *>
assign(const CompiledModel &model, const std::string &role,
       std::span<const ingot_tensor_desc> tensors, const Arrays &arrays) {
  const std::vector<std::string> names = namesOf(tensors, model);
  std::vector<const Array *> assigned(tensors.size());
  if (!arrays.named()) {
    if (arrays.size() != tensors.size())
      throw Error(fmt::format("{} {}{} given and `{}` has {}: {}",
                              arrays.size(), role,
                              arrays.size() == 1 ? " was" : "s were",
                              model.name(), tensors.size(), quoted(names)));
    for (std::size_t i = 0; i < tensors.size(); ++i)
      assigned[i] = &arrays.items()[i];
    return assigned;
  }
  for (const auto &[name, array] : arrays.items()) {
    const auto i = static_cast<std::size_t>(std::ranges::find(names, name) -
                                            names.begin());
    if (i == names.size())
      throw unknownName(model, role, names, name);
    if (assigned[i])
      throw Error(fmt::format("{} `{}` was given twice", role, name));
    assigned[i] = &array;
  }
  return assigned;
}

static void requireAll(const CompiledModel &model, std::string_view role,
                       std::span<const ingot_tensor_desc> tensors,
                       const std::vector<const Array *> &assigned) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (!assigned[i])
      throw Error(fmt::format("{} `{}` is missing; `{}` has {}", role,
                              model.text(tensors[i].name), model.name(),
                              quoted(namesOf(tensors, model))));
}

//===----------------------------------------------------------------------===//
// Whether it fits
//===----------------------------------------------------------------------===//

std::string ingot::rt::expectedShape(const ingot_tensor_desc &tensor) {
  std::vector<std::string> extents;
  for (std::uint32_t i = 0; i < tensor.rank; ++i)
    extents.push_back(tensor.dims[i] < 0 ? "batch"
                                         : std::to_string(tensor.dims[i]));
  return fmt::format("[{}]", fmt::join(extents, ", "));
}

static DType dtypeOf(const ingot_tensor_desc &tensor) {
  return tensor.dtype == INGOT_I32 ? DType::I32 : DType::F32;
}

/// `array` with the element type of `tensor`. Only what loses nothing and
/// needs no scale happens by itself.
static Array withDType(const Array &array, const ingot_tensor_desc &tensor,
                       const std::string &what) {
  const DType wanted = dtypeOf(tensor);
  if (array.dtype() == wanted)
    return array;
  if (array.dtype() == DType::U8 && wanted == DType::I32) {
    const std::span<const std::uint8_t> bytes = array.u8();
    return {std::vector<std::int32_t>(bytes.begin(), bytes.end()),
            array.shape()};
  }
  throw Error(
      fmt::format("{} is {}; must be {}{}", what, dtypeName(array.dtype()),
                  dtypeName(wanted),
                  wanted == DType::F32 ? "; `scaled(1.f)` converts it" : ""));
}

/// Dimensions of extent 1 at the end change nothing in memory: labels may be
/// [n] or [n, 1].
static bool sameShape(const Shape &given, const ingot_tensor_desc &tensor) {
  const std::size_t rank = std::max<std::size_t>(given.size(), tensor.rank);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t extent = i < given.size() ? given[i] : 1;
    const std::int64_t wanted = i < tensor.rank ? tensor.dims[i] : 1;
    if (wanted >= 0 && extent != wanted)
      return false;
  }
  return true;
}

static Column column(const Array &given, const ingot_tensor_desc &tensor,
                     const std::string &what) {
  Array array = withDType(given, tensor, what);
  if (!sameShape(array.shape(), tensor))
    throw Error(fmt::format("{} has shape {}; must be {}", what,
                            shapeText(array.shape()), expectedShape(tensor)));
  const std::int64_t rowElements =
      array.rows() ? array.size() / array.rows() : 0;
  const std::size_t rowBytes =
      static_cast<std::size_t>(rowElements) * dtypeBytes(array.dtype());
  return {std::move(array), &tensor, rowBytes};
}

static std::vector<Column> columns(const CompiledModel &model,
                                   const std::string &role,
                                   std::span<const ingot_tensor_desc> tensors,
                                   const Arrays &arrays) {
  const std::vector<const Array *> assigned =
      assign(model, role, tensors, arrays);
  requireAll(model, role, tensors, assigned);
  std::vector<Column> result;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    result.push_back(
        column(*assigned[i], tensors[i],
               fmt::format("{} `{}`", role, model.text(tensors[i].name))));
  return result;
}

Feed ingot::rt::bindInputs(const CompiledModel &model, const Arrays &x) {
  Feed feed;
  feed.inputs = columns(model, "input", model.inputs(), x);
  const auto nameOf = [&](const Column &column) {
    return model.text(column.tensor->name);
  };
  const Column &leader = feed.inputs.front();
  feed.rows = leader.array.rows();
  for (const Column &other : feed.inputs)
    if (other.array.rows() != feed.rows)
      throw Error(fmt::format(
          "input `{}` has {} rows and input `{}` has {}; must be equal",
          nameOf(other), other.array.rows(), nameOf(leader), feed.rows));
  if (feed.rows == 0)
    throw Error(fmt::format("input `{}` has 0 rows; must have at least 1",
                            nameOf(leader)));
  return feed;
}

static Column sampleWeights(const Array &given, std::string_view target,
                            std::int64_t rows) {
  if (given.dtype() != DType::F32)
    throw Error(fmt::format("`sample_weight` of `{}` is {}; must be f32",
                            target, dtypeName(given.dtype())));
  if (given.rows() != rows || given.size() != rows)
    throw Error(fmt::format("`sample_weight` of `{}` has shape {}; must be "
                            "[{}], one for each sample",
                            target, shapeText(given.shape()), rows));
  return {given, nullptr, sizeof(float)};
}

Feed ingot::rt::bind(const CompiledModel &model, const Arrays &x,
                     const Arrays &y, const Arrays &sampleWeight) {
  Feed feed = bindInputs(model, x);
  const std::span<const ingot_tensor_desc> tensors = model.targets();
  std::vector<Column> targets = columns(model, "target", tensors, y);
  std::vector<const Array *> weights(tensors.size());
  if (sampleWeight.single())
    std::ranges::fill(weights, &sampleWeight.items()[0]);
  else if (!sampleWeight.empty())
    weights = assign(model, "sample weight", tensors, sampleWeight);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::string_view name = model.text(tensors[i].name);
    const std::int64_t rows = targets[i].array.rows();
    if (rows != feed.rows)
      throw Error(fmt::format(
          "target `{}` has {} rows and input `{}` has {}; must be equal", name,
          rows, model.text(model.inputs().front().name), feed.rows));
    feed.targets.push_back(std::move(targets[i]));
    feed.targets.push_back(weights[i] ? sampleWeights(*weights[i], name, rows)
                                      : Column());
  }
  return feed;
}

std::vector<Column>
ingot::rt::bindVariables(const CompiledModel &model, const std::string &role,
                         std::span<const ingot_tensor_desc> tensors,
                         const Arrays &arrays) {
  const std::vector<const Array *> assigned =
      assign(model, role, tensors, arrays);
  std::vector<Column> result(tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (assigned[i])
      result[i] =
          column(*assigned[i], tensors[i],
                 fmt::format("{} `{}`", role, model.text(tensors[i].name)));
  return result;
}

void ingot::rt::writeVariables(std::span<const Column> columns,
                               std::byte *block) {
  for (const Column &column : columns)
    if (column.array.data())
      std::memcpy(block + column.tensor->offset, column.array.data(),
                  static_cast<std::size_t>(column.array.size()) *
                      dtypeBytes(column.array.dtype()));
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

Feed Feed::slice(std::int64_t begin, std::int64_t end) const {
  Feed part = *this;
  part.rows = end - begin;
  part.firstRow = firstRow + begin;
  if (!origin.empty())
    part.origin = origin.subspan(static_cast<std::size_t>(begin),
                                 static_cast<std::size_t>(end - begin));
  for (std::vector<Column> *columns : {&part.inputs, &part.targets})
    for (Column &column : *columns)
      if (column.array.data())
        column.array = column.array.slice(begin, end);
  return part;
}

void BatchPointers::at(const Rows &rows) {
  const auto point = [&](const std::vector<Column> &columns,
                         std::vector<const void *> &pointers) {
    pointers.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
      pointers[i] =
          columns[i].array.data() ? columns[i].row(rows.first) : nullptr;
  };
  point(rows.feed->inputs, inputPointers);
  point(rows.feed->targets, targetPointers);
}

/// Each column of gathered rows starts on its own cache line.
static constexpr std::size_t kLine = 64;

static std::size_t gatheredBytes(const Column &column, std::int64_t rows) {
  return (column.rowBytes * static_cast<std::size_t>(rows) + kLine - 1) /
         kLine * kLine;
}

static std::size_t gatheredBytes(const Feed &feed, std::int64_t rows) {
  std::size_t bytes = 0;
  for (const std::vector<Column> *columns : {&feed.inputs, &feed.targets})
    for (const Column &column : *columns)
      bytes += gatheredBytes(column, rows);
  return bytes;
}

GatheredFeed::GatheredFeed(const Feed &source, std::int64_t largest)
    : source(&source), memory(gatheredBytes(source, largest), kLine),
      copies(source) {
  std::byte *next = memory.data();
  const auto place = [&](std::vector<Column> &columns,
                         std::vector<std::byte *> &places) {
    for (Column &column : columns) {
      places.push_back(next);
      next += gatheredBytes(column, largest);
      if (!column.array.data())
        continue;
      Shape shape = column.array.shape();
      shape.front() = largest;
      if (column.array.dtype() == DType::I32)
        column.array = Array(reinterpret_cast<std::int32_t *>(places.back()),
                             std::move(shape));
      else
        column.array =
            Array(reinterpret_cast<float *>(places.back()), std::move(shape));
    }
  };
  place(copies.inputs, inputs);
  place(copies.targets, targets);
}

/// Asks for the beginning of a row that will be copied soon. It is anywhere in
/// memory, and from there on the processor looks ahead by itself.
static void prefetchRow(const std::byte *row, std::size_t bytes) {
  for (std::size_t at = 0; at < std::min<std::size_t>(bytes, 512); at += kLine)
    __builtin_prefetch(row + at);
}

void GatheredFeed::gather(std::span<const std::int64_t> rows) {
  constexpr std::size_t ahead = 2;
  const auto copy = [&](const std::vector<Column> &columns,
                        const std::vector<std::byte *> &places) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].array.data())
        continue;
      const std::size_t rowBytes = columns[i].rowBytes;
      for (std::size_t r = 0; r < rows.size(); ++r) {
        if (r + ahead < rows.size())
          prefetchRow(columns[i].row(rows[r + ahead]), rowBytes);
        std::memcpy(places[i] + r * rowBytes, columns[i].row(rows[r]),
                    rowBytes);
      }
    }
  };
  copy(source->inputs, inputs);
  copy(source->targets, targets);
  copies.rows = static_cast<std::int64_t>(rows.size());
  copies.origin = rows;
}

//===----------------------------------------------------------------------===//
// What a refusal was about
//===----------------------------------------------------------------------===//

static std::string outOfRange(const CompiledModel &model, const Rows &rows,
                              std::string_view role,
                              std::span<const Column> columns) {
  const Feed &feed = *rows.feed;
  for (const Column &column : columns) {
    if (!column.tensor || column.tensor->classes == 0 ||
        column.tensor->dtype != INGOT_I32)
      continue;
    const std::int64_t perRow =
        static_cast<std::int64_t>(column.rowBytes / sizeof(std::int32_t));
    for (std::int64_t r = rows.first; r < rows.first + rows.count; ++r)
      for (const std::int32_t value :
           column.array.i32().subspan(static_cast<std::size_t>(r * perRow),
                                      static_cast<std::size_t>(perRow)))
        if (value < 0 ||
            static_cast<std::uint32_t>(value) >= column.tensor->classes)
          return fmt::format(
              "row {}{} of {} `{}` has {}; must be in [0, {})",
              feed.firstRow + (feed.origin.empty()
                                   ? r
                                   : feed.origin[static_cast<std::size_t>(r)]),
              feed.place, role, model.text(column.tensor->name), value,
              column.tensor->classes);
  }
  return {};
}

std::string ingot::rt::outOfRange(const CompiledModel &model,
                                  const Rows &rows) {
  std::string found = ::outOfRange(model, rows, "input", rows.feed->inputs);
  return found.empty() ? ::outOfRange(model, rows, "target", rows.feed->targets)
                       : found;
}

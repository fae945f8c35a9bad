//===- CheckpointReader.cpp - a FitState out of a file -------------------===//
//
// The checksum tells a damaged file from a whole one; that a whole one was
// written by writeCheckpoint is not believed.
//
//===----------------------------------------------------------------------===//
#include "CheckpointFile.h"

#include "formats/Elements.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cstring>

using namespace ingot::rt;

namespace {

using Json = nlohmann::json;

/// Reads one file into `state`.
class Reader {
public:
  Reader(const Safetensors &file, const ingot_model_desc &desc)
      : file(file), desc(desc) {}

  FitState read() {
    requireCheckpoint();
    requireModel();
    readNumbers();
    for (const SafetensorsTensor &tensor : file.tensors())
      readTensor(tensor);
    joinMeans();
    return std::move(state);
  }

private:
  [[noreturn]] void refuse(const std::string &why) const {
    throw Error(fmt::format("`{}` {}", file.name(), why));
  }

  /// The text `key` of the metadata, or "".
  std::string text(const char *key) const {
    const auto it = file.metadata().find(key);
    return it == file.metadata().end() ? "" : it->second;
  }

  void requireCheckpoint() const {
    const std::string format = text("format");
    if (format != checkpointFormat)
      refuse(fmt::format("is no checkpoint: its `format` is {}; must be `{}`",
                         quotedText(format), checkpointFormat));
    if (!file.verify_checksum())
      refuse("is a checkpoint without a checksum");
  }

  void requireModel() {
    const auto requireHash = [&](const char *key, std::uint64_t wanted,
                                 const std::string &what) {
      const std::string found = text(key);
      if (found != fmt::format("{:016x}", wanted))
        refuse(fmt::format("is of {}: its `{}` is {}; must be `{:016x}`", what,
                           key, quotedText(found), wanted));
      return wanted;
    };
    const std::string model = quotedText(text("model"));
    const char *name = ingot_string(&desc, desc.name);
    state.arch_hash = requireHash(
        "arch_hash", desc.arch_hash,
        fmt::format("{}, whose weights are laid out otherwise than those of "
                    "`{}`",
                    model, name));
    state.train_hash = requireHash(
        "train_hash", desc.train_hash,
        fmt::format("{} with another optimizer or other settings of it than "
                    "`{}`, so only its weights can be loaded",
                    model, name));
  }

  //===--------------------------------------------------------------------===//
  // JSON
  //===--------------------------------------------------------------------===//

  [[noreturn]] void refuseNumbers(const std::string &what) const {
    refuse(fmt::format("has a `fit_state` {}", what));
  }

  const Json &member(const Json &object, const char *key) const {
    const auto it = object.find(key);
    if (it == object.end())
      refuseNumbers(fmt::format("without `{}`", key));
    return *it;
  }

  template <class T> T number(const Json &object, const char *key) const {
    const Json &value = member(object, key);
    bool fits = value.is_number_integer();
    if (value.is_number_unsigned())
      fits = std::in_range<T>(value.get<std::uint64_t>());
    else if (fits)
      fits = std::in_range<T>(value.get<std::int64_t>());
    if (!fits)
      refuseNumbers(fmt::format("whose `{}` is no number that it can be", key));
    return value.get<T>();
  }

  std::string string(const Json &value) const {
    if (!value.is_string())
      refuseNumbers("with something else where a text should be");
    return value.get<std::string>();
  }

  void readNumbers() {
    const Json root = Json::parse(text("fit_state"), nullptr,
                                  /*allow_exceptions=*/false);
    if (!root.is_object())
      refuseNumbers("that is no JSON object");
    state.epoch = number<int>(root, "epoch");
    state.step = number<std::int64_t>(root, "step");
    state.shuffle_seed = number<std::uint64_t>(root, "shuffle_seed");
    state.pass = number<std::uint64_t>(root, "pass");
    state.batches = number<std::int64_t>(root, "batches");
    state.batch_size = number<std::int64_t>(root, "batch_size");
    state.samples = number<std::int64_t>(root, "samples");
    if (state.epoch < 0 || state.step < 0 || state.batches < 0)
      refuseNumbers("with a negative position");
    const Json &stop = member(root, "stop_training");
    if (!stop.is_boolean())
      refuseNumbers("whose `stop_training` is neither true nor false");
    state.stop_training = stop.get<bool>();
    for (const Json &callback : member(root, "callbacks")) {
      if (!callback.is_object())
        refuseNumbers("with a callback that is no object");
      CallbackState saved;
      for (const Json &pair : member(callback, "texts")) {
        if (!pair.is_array() || pair.size() != 2)
          refuseNumbers("with texts of a callback that are no pairs");
        saved.texts.add(string(pair[0]), string(pair[1]));
      }
      callbacks.emplace_back(string(member(callback, "name")),
                             std::move(saved));
    }
  }

  //===--------------------------------------------------------------------===//
  // Tensors
  //===--------------------------------------------------------------------===//

  /// The elements of a list, or of a scalar, of type `dtype`.
  template <class T>
  std::vector<T> list(const SafetensorsTensor &tensor, const char *dtype,
                      std::size_t rank) const {
    if (tensor.dtype != dtype || tensor.shape.size() != rank)
      refuse(fmt::format("has {} as {} {}; must be {} with {} dimensions",
                         quotedText(tensor.name), tensor.dtype,
                         shapeText(tensor.shape), dtype, rank));
    std::vector<T> values(tensor.bytes.size() / sizeof(T));
    if (!values.empty())
      std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
  }

  /// What follows `prefix` in `name`, if that is how it begins.
  static std::optional<std::string> after(std::string_view prefix,
                                          std::string_view name) {
    if (!name.starts_with(prefix))
      return {};
    return std::string(name.substr(prefix.size()));
  }

  void readTensor(const SafetensorsTensor &tensor) {
    if (!isBesideWeights(tensor.name))
      state.weights.add(tensor.name, file.array(tensor));
    else if (const auto slot = after("/state/", tensor.name))
      state.optimizer.add(*slot, file.array(tensor));
    else if (tensor.name == "/means/sums")
      sums = list<float>(tensor, "F32", 2);
    else if (tensor.name == "/means/counts")
      counts = list<std::uint32_t>(tensor, "U32", 1);
    else if (tensor.name == "/epochs")
      state.history.epoch = list<int>(tensor, "I32", 1);
    else if (const auto value = after("/history/", tensor.name))
      state.history.history.add(*value, list<double>(tensor, "F64", 1));
    else if (const auto rest = after("/callbacks/", tensor.name))
      readOfCallback(tensor, *rest);
    else
      refuseTensor(tensor);
  }

  [[noreturn]] void refuseTensor(const SafetensorsTensor &tensor) const {
    refuse(fmt::format("has {}, which no checkpoint has",
                       quotedText(tensor.name)));
  }

  /// `rest` is "0/numbers/NAME" or "0/arrays/NAME".
  void readOfCallback(const SafetensorsTensor &tensor,
                      const std::string &rest) {
    std::size_t index = 0;
    const char *end = rest.data() + rest.size();
    const auto [at, error] = std::from_chars(rest.data(), end, index);
    if (error != std::errc() || index >= callbacks.size())
      refuseTensor(tensor);
    CallbackState &saved = callbacks[index].second;
    const std::string_view kind(at, end);
    if (const auto name = after("/numbers/", kind))
      saved.numbers.add(*name, list<double>(tensor, "F64", 0).front());
    else if (const auto array = after("/arrays/", kind))
      saved.arrays.add(*array, file.array(tensor));
    else
      refuseTensor(tensor);
  }

  void joinMeans() {
    if (sums.size() != 2 * counts.size())
      refuse(fmt::format("has {} sums of means and {} counts", sums.size() / 2,
                         counts.size()));
    for (std::size_t i = 0; i < counts.size(); ++i)
      state.means.push_back({sums[2 * i], sums[2 * i + 1], counts[i]});
    for (auto &[name, saved] : callbacks)
      state.callbacks.add(std::move(name), std::move(saved));
  }

  const Safetensors &file;
  const ingot_model_desc &desc;
  FitState state;
  std::vector<std::pair<std::string, CallbackState>> callbacks;
  std::vector<float> sums;
  std::vector<std::uint32_t> counts;
};

} // namespace

FitState ingot::rt::readCheckpoint(const Safetensors &file,
                                   const ingot_model_desc &desc) {
  return Reader(file, desc).read();
}

FitState ingot::rt::readCheckpoint(const std::filesystem::path &path,
                                   const ingot_model_desc &desc) {
  return readCheckpoint(Safetensors(path), desc);
}

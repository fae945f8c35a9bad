//===- CheckpointWriter.cpp - a FitState into a file ---------------------===//
#include "CheckpointFile.h"

#include "formats/SafetensorsHeader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace ingot::rt;

SafetensorsMetadata ingot::rt::fileMetadata(const ingot_model_desc &desc,
                                            const char *format) {
  return {{"format", format},
          {"ingot_version", INGOT_VERSION},
          {"model", ingot_string(&desc, desc.name)},
          {"arch_hash", fmt::format("{:016x}", desc.arch_hash)}};
}

namespace {

/// Tensors that refer to a FitState.
class Tensors {
public:
  void add(std::string name, const Array &array) {
    list.push_back(tensorOf(std::move(name), array));
  }
  template <class T>
  void add(std::string name, const char *dtype, std::span<const T> values,
           Shape shape) {
    list.push_back({.name = std::move(name),
                    .dtype = dtype,
                    .shape = std::move(shape),
                    .bytes = std::as_bytes(values)});
  }
  void add(const std::string &prefix, const NamedList<Array> &arrays) {
    for (const auto &[name, array] : arrays)
      add(prefix + name, array);
  }
  std::vector<SafetensorsTensor> list;
};

} // namespace

template <class T> static Shape lengthOf(const std::vector<T> &values) {
  return {static_cast<std::int64_t>(values.size())};
}

static nlohmann::ordered_json numbersOf(const FitState &state) {
  nlohmann::ordered_json callbacks = nlohmann::ordered_json::array();
  for (const auto &[name, saved] : state.callbacks) {
    nlohmann::ordered_json texts = nlohmann::ordered_json::array();
    for (const auto &[key, text] : saved.texts)
      texts.push_back({key, text});
    callbacks.push_back({{"name", name}, {"texts", texts}});
  }
  return {{"epoch", state.epoch},
          {"step", state.step},
          {"stop_training", state.stop_training},
          {"shuffle_seed", state.shuffle_seed},
          {"pass", state.pass},
          {"batches", state.batches},
          {"batch_size", state.batch_size},
          {"samples", state.samples},
          {"callbacks", callbacks}};
}

void ingot::rt::makeDirectoryOf(const std::filesystem::path &path) {
  std::error_code error;
  if (path.has_parent_path())
    create_directories(path.parent_path(), error);
  if (error)
    throw Error(fmt::format("`{}` cannot be made: {}",
                            path.parent_path().string(), error.message()));
}

void ingot::rt::writeCheckpoint(const std::filesystem::path &path,
                                const ingot_model_desc &desc,
                                const FitState &state) {
  std::vector<float> sums;
  std::vector<std::uint32_t> counts;
  for (const ingot_mean &mean : state.means) {
    sums.insert(sums.end(), {mean.sum, mean.compensation});
    counts.push_back(mean.count);
  }

  Tensors tensors;
  tensors.add("", state.weights);
  tensors.add("/state/", state.optimizer);
  tensors.add<float>("/means/sums", "F32", sums, {lengthOf(counts)[0], 2});
  tensors.add<std::uint32_t>("/means/counts", "U32", counts, lengthOf(counts));
  tensors.add<int>("/epochs", "I32", state.history.epoch,
                   lengthOf(state.history.epoch));
  for (const auto &[name, values] : state.history.history)
    tensors.add<double>("/history/" + name, "F64", values, lengthOf(values));
  std::size_t index = 0;
  for (const auto &[name, saved] : state.callbacks) {
    const std::string prefix = fmt::format("/callbacks/{}/", index++);
    for (const auto &[key, number] : saved.numbers)
      tensors.add<double>(prefix + "numbers/" + key, "F64", {&number, 1}, {});
    tensors.add(prefix + "arrays/", saved.arrays);
  }

  SafetensorsMetadata metadata = fileMetadata(desc, checkpointFormat);
  metadata["train_hash"] = fmt::format("{:016x}", state.train_hash);
  try {
    metadata["fit_state"] = numbersOf(state).dump();
  } catch (const nlohmann::json::type_error &) {
    throw Error(fmt::format("`{}` cannot be written: a text that a callback "
                            "saved is not UTF-8",
                            path.string()));
  }
  write_safetensors(path, tensors.list, std::move(metadata));
}

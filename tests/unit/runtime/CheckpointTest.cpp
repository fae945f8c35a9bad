//===- CheckpointTest.cpp - a fit in a file ------------------------------===//
//
// That a resumed fit ends with the bits of an uninterrupted one is shown for
// FitState in ResumeTest, for processes that are killed in tests/e2e/resume.
// Here: the file has all of a FitState, and callbacks write it when they
// should.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"
#include "formats/TemporaryDirectory.h"
#include "hosted/CheckpointFile.h"

#include <gmock/gmock.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class Checkpoint : public TemporaryDirectory {
protected:
  static History fit(Model &model, Callbacks callbacks, int epochs = 2,
                     int batch = 4) {
    return model.fit(numbered(12), constant(12, 2),
                     {.batch_size = batch,
                      .epochs = epochs,
                      .verbose = 0,
                      .callbacks = std::move(callbacks)});
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(directory))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  /// Copies a checkpoint with some of it changed, and with a good checksum.
  void rewrite(const std::function<void(std::vector<SafetensorsTensor> &,
                                        SafetensorsMetadata &)> &change) {
    const Safetensors file(path("c"));
    std::vector<SafetensorsTensor> tensors = file.tensors();
    SafetensorsMetadata metadata = file.metadata();
    change(tensors, metadata);
    write_safetensors(path("d"), tensors, metadata);
  }

  /// Why `d` is refused, without its name.
  std::string refusal() {
    try {
      (void)readCheckpoint(path("d"), *fake::build());
    } catch (const Error &error) {
      const std::string text = error.what(), front = in("`%/d` ");
      EXPECT_TRUE(text.starts_with(front)) << text;
      return text.substr(front.size());
    }
    return "no error";
  }

  std::string refusalOfNumbers(const std::string &from, const std::string &to) {
    rewrite([&](auto &, SafetensorsMetadata &metadata) {
      std::string &text = metadata["fit_state"];
      EXPECT_NE(text.find(from), std::string::npos) << text;
      text.replace(text.find(from), from.size(), to);
    });
    return refusal();
  }

  std::string refusalOfTensor(SafetensorsTensor tensor) {
    rewrite([&](std::vector<SafetensorsTensor> &tensors, auto &) {
      std::erase_if(tensors, [&](const SafetensorsTensor &other) {
        return other.name == tensor.name;
      });
      tensors.push_back(tensor);
    });
    return refusal();
  }
};

bool sameBytes(const Array &a, const Array &b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::memcmp(a.data(), b.data(),
                     static_cast<std::size_t>(a.size()) *
                         dtypeBytes(a.dtype())) == 0;
}

TEST_F(Checkpoint, HasAllOfAFitState) {
  Model model(fake::build(), {.seed = 3});
  model.save_checkpoint(path("c"));
  FitState state = readCheckpoint(path("c"), model.desc());
  state.epoch = 3;
  state.step = 4;
  state.stop_training = true;
  state.shuffle_seed = ~std::uint64_t{0};
  state.pass = std::uint64_t{1} << 63;
  state.batches = 5;
  state.batch_size = 6;
  state.samples = std::int64_t{1} << 40;
  state.means = {{1.5f, -0.f, 4294967295u}, {std::nanf("7"), 1e-40f, 0}};
  state.history.epoch = {1, 2};
  state.history.history = {
      {"loss", {0.1, 1e300}}, {"val_loss", {std::nan("")}}, {"a/b", {}}};
  CallbackState saved;
  saved.numbers = {{"best", -std::numeric_limits<double>::infinity()},
                   {"wait", 2}};
  saved.texts = {{"file", "ä \"b\"\n"}, {"empty", ""}};
  saved.arrays = {{"dense/kernel", Array(std::vector<float>{1, 2}, {2, 1})},
                  {"none", Array(std::vector<std::uint8_t>())}};
  state.callbacks = {{"one", saved}, {"one", {}}, {"two", {}}};
  writeCheckpoint(path("c"), model.desc(), state);

  const FitState back = readCheckpoint(path("c"), model.desc());
  EXPECT_EQ(back.epoch, 3);
  EXPECT_EQ(back.step, 4);
  EXPECT_TRUE(back.stop_training);
  EXPECT_EQ(back.shuffle_seed, ~std::uint64_t{0});
  EXPECT_EQ(back.pass, std::uint64_t{1} << 63);
  EXPECT_EQ(back.batches, 5);
  EXPECT_EQ(back.batch_size, 6);
  EXPECT_EQ(back.samples, std::int64_t{1} << 40);
  ASSERT_EQ(back.means.size(), 2u);
  EXPECT_EQ(std::memcmp(back.means.data(), state.means.data(),
                        2 * sizeof(ingot_mean)),
            0);
  EXPECT_THAT(back.history.epoch, ElementsAre(1, 2));
  ASSERT_EQ(back.history.history.size(), 3u);
  EXPECT_THAT(back.history.history["loss"], ElementsAre(0.1, 1e300));
  EXPECT_TRUE(std::isnan(back.history.history["val_loss"].at(0)));
  EXPECT_TRUE(back.history.history["a/b"].empty());
  EXPECT_EQ(back.arch_hash, 1u);
  EXPECT_EQ(back.train_hash, 0x1122334455667788u);
  for (const auto &[name, array] : state.weights)
    EXPECT_TRUE(sameBytes(back.weights[name], array));
  ASSERT_EQ(back.optimizer.size(), state.optimizer.size());
  for (const auto &[name, array] : state.optimizer)
    EXPECT_TRUE(sameBytes(back.optimizer[name], array));

  ASSERT_EQ(back.callbacks.size(), 3u);
  EXPECT_EQ((back.callbacks.begin() + 1)->first, "one");
  EXPECT_EQ((back.callbacks.begin() + 2)->first, "two");
  const CallbackState &first = back.callbacks.begin()->second;
  EXPECT_EQ(first.numbers["best"], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(first.numbers["wait"], 2);
  EXPECT_EQ(first.texts["file"], "ä \"b\"\n");
  EXPECT_TRUE(sameBytes(first.arrays["dense/kernel"], saved.arrays[0]));
  EXPECT_EQ(first.arrays["none"].size(), 0);
}

TEST_F(Checkpoint, GoesOnInAnotherModel) {
  Model model(fake::build(), {.seed = 3});
  fit(model, {});
  model.set_learning_rate(0.125f);
  model.save_checkpoint(path("c"));
  fake::build();
  fit(model, {});
  const std::vector<float> order = fake::samples("train_step");

  Model other(fake::build(), {.seed = 99});
  const FitState state = other.load_checkpoint(path("c"));
  EXPECT_EQ(state.epoch, 0);
  EXPECT_EQ(other.learning_rate(), 0.125f);
  fit(other, {});
  EXPECT_EQ(fake::samples("train_step"), order);
  EXPECT_TRUE(sameBytes(other.get_weights()["dense/kernel"],
                        model.get_weights()["dense/kernel"]));
}

TEST_F(Checkpoint, IsRefusedIfItIsNone) {
  Model model(fake::build());
  model.save_weights(path("d"));
  EXPECT_EQ(refusal(), "is no checkpoint: its `format` is `ingot weights 1`; "
                       "must be `ingot checkpoint 1`");
  write_safetensors(path("d"), NamedList<Array>());
  EXPECT_EQ(refusal(), "is no checkpoint: its `format` is ``; must be `ingot "
                       "checkpoint 1`");
  model.save_checkpoint(path("c"));
  std::string bytes = read(path("c"));
  bytes.resize(bytes.size() - 1);
  write("d", bytes);
  EXPECT_THAT(refusal(), HasSubstr("is truncated: "));
  bytes = read(path("c"));
  bytes[bytes.size() - 9] ^= 4;
  write("d", bytes);
  EXPECT_THAT(refusal(), HasSubstr("is damaged: its checksum is "));
  bytes.replace(bytes.find("crc32"), 5, "crc33");
  write("d", bytes);
  EXPECT_EQ(refusal(), "is a checkpoint without a checksum");
}

TEST_F(Checkpoint, OfAnotherModelIsRefusedAndChangesNothing) {
  Model(fake::build()).save_checkpoint(path("c"));
  ingot_model_desc *desc = fake::build();
  desc->train_hash = 0x11;
  Model model(desc);
  model.set_learning_rate(0.5f);
  EXPECT_REFUSED(
      model.load_checkpoint(path("c")),
      in("`%/c` is of `line` with another optimizer or other settings of it "
         "than `line`, so only its weights can be loaded: its `train_hash` is "
         "`1122334455667788`; must be `0000000000000011`")
          .c_str());
  EXPECT_REFUSED(
      fit(model, {BackupAndRestore(path("c"))}),
      in("`%/c` is of `line` with another optimizer or other settings of it "
         "than `line`, so only its weights can be loaded: its `train_hash` is "
         "`1122334455667788`; must be `0000000000000011`")
          .c_str());
  EXPECT_EQ(model.learning_rate(), 0.5f);
  EXPECT_TRUE(fake::calls("train_step").empty());
  desc->arch_hash = 2;
  EXPECT_REFUSED(
      model.load_checkpoint(path("c")),
      in("`%/c` is of `line`, whose weights are laid out otherwise than those "
         "of `line`: its `arch_hash` is `0000000000000001`; must be "
         "`0000000000000002`")
          .c_str());
}

TEST_F(Checkpoint, ThatNobodyWroteIsRefused) {
  Model(fake::build()).save_checkpoint(path("c"));
  const auto numbers = [](const std::string &what) {
    return "has a `fit_state` " + what;
  };
  EXPECT_EQ(refusalOfNumbers("{", "["), numbers("that is no JSON object"));
  EXPECT_EQ(refusalOfNumbers("\"step\"", "\"stop\""),
            numbers("without `step`"));
  EXPECT_EQ(refusalOfNumbers("\"epoch\":0", "\"epoch\":0.5"),
            numbers("whose `epoch` is no number that it can be"));
  EXPECT_EQ(refusalOfNumbers("\"epoch\":0", "\"epoch\":4294967296"),
            numbers("whose `epoch` is no number that it can be"));
  EXPECT_EQ(refusalOfNumbers("\"pass\":0", "\"pass\":-1"),
            numbers("whose `pass` is no number that it can be"));
  EXPECT_EQ(refusalOfNumbers("\"step\":0", "\"step\":-1"),
            numbers("with a negative position"));
  EXPECT_EQ(refusalOfNumbers("false", "0"),
            numbers("whose `stop_training` is neither true nor false"));
  EXPECT_EQ(refusalOfNumbers("[]", "[1]"),
            numbers("with a callback that is no object"));
  EXPECT_EQ(refusalOfNumbers("[]", R"([{"texts":[1]}])"),
            numbers("with texts of a callback that are no pairs"));
  EXPECT_EQ(refusalOfNumbers("[]", R"([{"texts":[],"name":1}])"),
            numbers("with something else where a text should be"));

  const std::vector<float> two = {1, 2};
  const std::span<const std::byte> bytes = std::as_bytes(std::span(two));
  EXPECT_EQ(refusalOfTensor({"/other", "F32", {2}, bytes}),
            "has `/other`, which no checkpoint has");
  EXPECT_EQ(refusalOfTensor({"/callbacks/0/numbers/a", "F64", {}, bytes}),
            "has `/callbacks/0/numbers/a`, which no checkpoint has");
  EXPECT_EQ(refusalOfTensor({"/epochs", "F64", {1}, bytes}),
            "has `/epochs` as F64 [1]; must be I32 with 1 dimensions");
  EXPECT_EQ(refusalOfTensor({"/means/sums", "F32", {1, 2}, bytes}),
            "has 1 sums of means and 2 counts");
  rewrite([](std::vector<SafetensorsTensor> &tensors, auto &) {
    std::erase_if(tensors, [](const SafetensorsTensor &tensor) {
      return tensor.name == "/state/iterations";
    });
  });
  Model model(fake::build());
  EXPECT_REFUSED(model.load_checkpoint(path("d")),
                 "the state lacks optimizer state `iterations`");
}

//===----------------------------------------------------------------------===//
// BackupAndRestore
//===----------------------------------------------------------------------===//

/// Looks at the directory after each batch and epoch.
struct Watcher : Callback {
  explicit Watcher(std::filesystem::path file) : file(std::move(file)) {}
  void on_written(FitPoint) override {
    if (!exists(file))
      return seen.push_back("-");
    const FitState state = readCheckpoint(file, model().desc());
    seen.push_back(std::to_string(state.epoch) + "." +
                   std::to_string(state.step));
  }
  std::filesystem::path file;
  std::vector<std::string> seen;
};

TEST_F(Checkpoint, IsWrittenAfterEpochsAndRemovedAtTheEnd) {
  Model model(fake::build());
  Watcher watcher(path("run") / "c");
  fit(model, {BackupAndRestore(path("run") / "c"), watcher});
  EXPECT_THAT(watcher.seen,
              ElementsAre("-", "-", "-", "1.0", "1.0", "1.0", "1.0", "2.0"));
  EXPECT_FALSE(exists(path("run") / "c"));
  EXPECT_TRUE(is_empty(path("run")));
}

TEST_F(Checkpoint, IsWrittenAfterBatches) {
  Model model(fake::build());
  Watcher watcher(path("c"));
  fit(model, {BackupAndRestore(path("c"),
                               {.save_freq = 2, .delete_checkpoint = false}),
              watcher});
  EXPECT_THAT(watcher.seen, ElementsAre("-", "0.2", "0.2", "0.2", "1.1", "1.1",
                                        "1.3", "1.3"));
  EXPECT_THAT(files(), ElementsAre("c"));
  EXPECT_REFUSED(BackupAndRestore(path("c"), {.save_freq = "batch"}),
                 "`save_freq` is \"batch\"; must be \"epoch\" or a number of "
                 "batches");
  EXPECT_REFUSED(BackupAndRestore(path("c"), {.save_freq = 0}),
                 "`save_freq` is 0; must be positive");
}

TEST_F(Checkpoint, IsWhereTheNextFitGoesOn) {
  struct Failure : Callback {
    void on_epoch_begin(int epoch) override {
      if (epoch == 2)
        throw Error("power is lost");
    }
  };
  Model whole(fake::build(), {.seed = 3});
  const History history = fit(whole, {}, 4);

  Model first(fake::build(), {.seed = 3});
  EXPECT_REFUSED(fit(first, {BackupAndRestore(path("c")), Failure()}, 4),
                 "power is lost");
  Model second(fake::build(), {.seed = 3});
  const History rest = fit(second, {BackupAndRestore(path("c"))}, 4);
  EXPECT_EQ(fake::calls("train_step").size(), 6u);
  EXPECT_EQ(rest.epoch, history.epoch);
  EXPECT_EQ(rest.history["loss"], history.history["loss"]);
  EXPECT_TRUE(sameBytes(second.get_weights()["dense/kernel"],
                        whole.get_weights()["dense/kernel"]));
  EXPECT_TRUE(files().empty());
}

TEST_F(Checkpoint, IsWrittenOnCtrlCAndKept) {
  struct CtrlC : Callback {
    void on_train_batch_begin(std::int64_t batch) override {
      if (batch == 1)
        std::raise(SIGINT);
    }
  };
  Model model(fake::build());
  EXPECT_TRUE(fit(model, {CtrlC(), BackupAndRestore(path("c"))}).interrupted);
  EXPECT_EQ(readCheckpoint(path("c"), model.desc()).step, 2);
}

TEST_F(Checkpoint, ThatIsDamagedIsNotOverwritten) {
  write("c", "not a checkpoint");
  Model model(fake::build());
  EXPECT_REFUSED(fit(model, {BackupAndRestore(path("c"))}),
                 in("`%/c` is no safetensors file: its first bytes promise a "
                    "header of 7521891404167278446 bytes; at most 100000000 "
                    "are read")
                     .c_str());
  EXPECT_EQ(read(path("c")), "not a checkpoint");
}

//===----------------------------------------------------------------------===//
// ModelCheckpoint
//===----------------------------------------------------------------------===//

/// Replaces the loss of each epoch.
struct Losses : Callback {
  explicit Losses(std::vector<double> values) : values(std::move(values)) {}
  void on_epoch_end(int epoch, Metrics &logs) override {
    logs.set("val_loss", values.at(static_cast<std::size_t>(epoch)));
  }
  std::vector<double> values;
};

TEST_F(Checkpoint, HasValuesInItsName) {
  Model model(fake::build());
  fit(model, {Losses({0.5, 0.125}),
              ModelCheckpoint(
                  (path("out") / "at-{epoch:02d}-{val_loss:.2f}").string())});
  EXPECT_TRUE(exists(path("out") / "at-01-0.50"));
  EXPECT_TRUE(exists(path("out") / "at-02-0.12"));
  EXPECT_EQ(readCheckpoint(path("out") / "at-01-0.50", model.desc()).epoch, 1);
}

TEST_F(Checkpoint, IsNotNamedByWhatThereIsNot) {
  Model model(fake::build());
  EXPECT_REFUSED(
      fit(model, {ModelCheckpoint("at-{val_loss}")}),
      "`filepath` of ModelCheckpoint is \"at-{val_loss}\" and cannot be "
      "formatted: argument not found; there is `epoch`, `loss`, `mae`");
}

TEST_F(Checkpoint, OfTheBestIsKept) {
  Model model(fake::build());
  ModelCheckpoint best(path("e{epoch}").string(),
                       {.save_best_only = true, .save_weights_only = true});
  fit(model, {Losses({0.5, 0.7, std::nan(""), 0.4, 0.4}), best}, 5);
  EXPECT_THAT(files(), ElementsAre("e1", "e4"));
  EXPECT_EQ(best.best(), 0.4);
  EXPECT_EQ(Safetensors(path("e1")).metadata().at("format"), "ingot weights 1");
}

TEST_F(Checkpoint, OfTheBestIsKeptByModeAndThreshold) {
  Model model(fake::build());
  const auto best = [&](const char *name, ModelCheckpointOptions options) {
    options.save_best_only = true;
    return ModelCheckpoint(path(name).string() + "{epoch}", options);
  };
  fit(model,
      {Losses({0.5, 0.7, 0.4}), best("max", {.mode = "max"}),
       best("low", {.initial_value_threshold = 0.45}),
       best("top", {.mode = "max", .initial_value_threshold = 0.6})},
      3);
  EXPECT_THAT(files(), ElementsAre("low3", "max1", "max2", "top2"));
}

TEST_F(Checkpoint, IsWrittenAfterBatchesOfAllEpochs) {
  Model model(fake::build());
  fit(model,
      {ModelCheckpoint(path("{epoch}.{batch}").string(), {.save_freq = 2})});
  EXPECT_THAT(files(), ElementsAre("1.2", "2.1", "2.3"));
  EXPECT_EQ(readCheckpoint(path("2.1"), model.desc()).step, 1);
}

TEST_F(Checkpoint, SaysWhatItSaves) {
  Model model(fake::build());
  testing::internal::CaptureStdout();
  fit(model,
      {Losses({0.5, 0.7, 0.25}),
       ModelCheckpoint(path("a").string(),
                       {.verbose = 1, .save_best_only = true}),
       ModelCheckpoint(path("b").string(), {.verbose = 1})},
      3);
  const auto withDirectory = [&](const char *text) { return in(text); };
  EXPECT_EQ(
      testing::internal::GetCapturedStdout(),
      withDirectory("Epoch 1: val_loss improved from none to 0.50000, saving "
                    "model to %/a\n") +
          withDirectory("Epoch 1: saving model to %/b\n") +
          "Epoch 2: val_loss did not improve from 0.50000\n" +
          withDirectory("Epoch 2: saving model to %/b\n") +
          withDirectory("Epoch 3: val_loss improved from 0.50000 to 0.25000, "
                        "saving model to %/a\n") +
          withDirectory("Epoch 3: saving model to %/b\n"));
}

TEST_F(Checkpoint, GoesOnWithTheBestAndTheCount) {
  Model model(fake::build());
  ModelCheckpoint callback(path("x").string(), {.save_freq = 2});
  CallbackState state;
  state.numbers = {{"epoch", 4}, {"batches", 1}, {"best", 0.25}};
  callback.restore(state);
  CallbackState back;
  callback.save(back);
  EXPECT_EQ(back.numbers["epoch"], 4);
  EXPECT_EQ(back.numbers["batches"], 1);
  EXPECT_EQ(back.numbers["best"], 0.25);
}

} // namespace

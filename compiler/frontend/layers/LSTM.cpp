//===- LSTM.cpp - long short-term memory ----------------------------------===//

#include "frontend/LayerClass.h"

#include <fmt/format.h>

namespace ingot {

/// Keras' `None` is "linear", which is not the default here.
static Spec orLinear(const ActivationFunction &activation, const SourceLocation &loc) {
  return activation.isNone() ? Spec("linear", {}, loc) : Spec(activation);
}

LSTM::LSTM(int64_t units, const LSTMOptions &options, SourceLocation loc)
    : Layer(makeLayer("LSTM",
                      {.name = options.name,
                       .trainable = options.trainable,
                       .attributes = {{"units", units},
                                      {"use_bias", options.use_bias},
                                      {"unit_forget_bias", options.unit_forget_bias},
                                      {"return_sequences", options.return_sequences},
                                      {"return_state", options.return_state},
                                      {"go_backwards", options.go_backwards},
                                      {"stateful", options.stateful}},
                       .objects = {{"activation", orLinear(options.activation, loc)},
                                   {"recurrent_activation", orLinear(options.recurrent_activation, loc)},
                                   {"kernel_initializer", options.kernel_initializer},
                                   {"recurrent_initializer", options.recurrent_initializer},
                                   {"bias_initializer", options.bias_initializer},
                                   {"kernel_regularizer", options.kernel_regularizer},
                                   {"recurrent_regularizer", options.recurrent_regularizer},
                                   {"bias_regularizer", options.bias_regularizer}}},
                      loc)) {}

/// Refuses a dropout inside the cell.
static void expectNoDropout(LayerArguments &arguments, const std::string &name) {
  const double rate = arguments.number(name, 0, Range::BelowOne);
  if (rate != 0)
    throw Unsupported(name,
                      fmt::format("`{}` of `LSTM` is {}; only 0 is supported; put a `Dropout` layer "
                                  "before or behind it", name, rate),
                      arguments.location());
}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  const int64_t units = arguments.integer("units");
  if (units <= 0)
    throw Error(fmt::format("`units` is {}; must be positive", units), arguments.location());
  layer.config["units"] = units;
  layer.config["activation"] = resolveActivation(arguments.object("activation", "tanh"));
  layer.config["recurrent_activation"] = resolveActivation(arguments.object("recurrent_activation", "sigmoid"));
  for (const char *flag : {"return_sequences", "return_state", "go_backwards"})
    layer.config[flag] = arguments.boolean(flag, false);
  layer.config["use_bias"] = arguments.boolean("use_bias", true);
  layer.weights["kernel"] = arguments.weight("kernel", "glorot_uniform");
  layer.weights["recurrent_kernel"] = arguments.weight("recurrent", "orthogonal");
  WeightRule &bias = layer.weights["bias"] = arguments.weight("bias", "zeros");
  // What is not forgotten by default is learnt sooner.
  if (arguments.boolean("unit_forget_bias", true))
    bias.blocks = {{units, bias.initializer},
                   {units, Spec("ones", {}, arguments.location())},
                   {2 * units, bias.initializer}};

  expectNoDropout(arguments, "dropout");
  expectNoDropout(arguments, "recurrent_dropout");
  arguments.expect("stateful", false);
  arguments.expect("time_major", false);
  arguments.expect("zero_output_for_mask", false);
  // How Keras computes the same.
  arguments.ignore({"unroll", "implementation", "use_cudnn", "seed"});
}

/// The inputs are the sequence, or the sequence and the states h and c.
static void checkInputs(const RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs, int64_t units,
                        const SourceLocation &loc) {
  if (inputs.size() != 1 && inputs.size() != 3)
    throw Error(fmt::format("`{}` is called on {} tensors; LSTM takes one, or three: the sequence and the "
                            "initial states h and c", layer.name, inputs.size()),
                loc, callNotes(layer, {}, loc));
  requireFloat(layer, inputs, loc);
  for (size_t i = 1; i < inputs.size(); ++i)
    if (const graph::Shape &state = graph::typeOf(inputs[i]).shape; state != graph::Shape{shape::kDynamic, units})
      throw Error(fmt::format("`{}` is called with initial state {} of shape {}; must be {}", layer.name,
                              i == 1 ? "h" : "c", shape::toString(state),
                              shape::toString({shape::kDynamic, units})),
                  loc, callNotes(layer, inputs, loc));
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const auto isSet = [&](const char *flag) { return std::get<bool>(layer.config.at(flag)); };
  const int64_t units = std::get<int64_t>(layer.config.at("units"));
  checkInputs(layer, inputs, units, loc);
  const graph::Shape &input = graph::typeOf(inputs[0]).shape;
  const shape::Inferred inferred = shape::recurrent(input, units, isSet("return_sequences"));
  std::vector<graph::TensorType> results = {{shapeOrFail(layer, inferred, inputs, loc)}};
  if (isSet("return_state"))
    results.insert(results.end(), 2, {{input[0], units}});

  const int64_t in = input.back();
  if (layer.variables.empty()) {
    addVariable(layer, "kernel", {in, 4 * units}, loc);
    addVariable(layer, "recurrent_kernel", {units, 4 * units}, loc);
    if (isSet("use_bias"))
      addVariable(layer, "bias", {4 * units}, loc);
  } else if (const graph::Shape &kernel = layer.variables[0].shape; kernel[0] != in) {
    throw Error(fmt::format("`{}` is called on shape {}, but its kernel is {}; the "
                            "last dimension must be {}", layer.name,
                            shape::toString(input), shape::toString(kernel), kernel[0]),
                loc, builtNotes(layer, inputs, loc));
  }
  return results;
}

const LayerClass lstmClass = {"LSTM", create, call};

} // namespace ingot

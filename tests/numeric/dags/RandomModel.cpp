//===- RandomModel.cpp - functional models drawn from a seed --------------===//
//
// A pool of tensors grows by one layer after the other, each on tensors of the pool;
// what fits a layer is made from what is there. In the end the outputs take in
// whatever nothing has read. Sizes are small: compiling is most of the time.
//
//===----------------------------------------------------------------------===//

#include "RandomModel.h"

#include "graph/Graph.h"

#include <functional>
#include <map>
#include <random>

namespace ingot::numeric {

namespace {

/// Sizes of one sample.
Shape sampleOf(const Tensor &tensor) {
  const Shape shape = tensor.shape();
  return Shape(shape.begin() + 1, shape.end());
}

int64_t elementsOf(const Shape &sample) {
  int64_t count = 1;
  for (int64_t size : sample)
    count *= size;
  return count;
}

class Generator {
public:
  Generator(std::mt19937 &random, int depth) : random(random), depth(depth) {}

  /// `steps` layers on some inputs. Several outputs only if there is no model around.
  void grow(int64_t inputCount, int64_t steps) {
    for (int64_t i = 0; i < inputCount; ++i)
      addInput();
    for (int64_t i = 0; i < steps; ++i)
      step();
  }

  Model block(int64_t inputCount, int64_t outputCount);
  Model trained();

  using Rule = void (Generator::*)();
  static const std::map<std::string, Rule> &rules();

private:
  struct Value {
    Tensor tensor;
    bool isRead = false;
  };

  //===--------------------------------------------------------------------===//
  // Dice
  //===--------------------------------------------------------------------===//

  int64_t below(int64_t limit) { return static_cast<int64_t>(random() % static_cast<uint64_t>(limit)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  bool once(int64_t in) { return below(in) == 0; }
  template <typename T> const T &oneOf(const std::vector<T> &list) { return list[static_cast<size_t>(below(static_cast<int64_t>(list.size())))]; }

  /// Activations without poles; softmax is over an axis that is not a single element.
  std::string activation() {
    return oneOf<std::string>({"linear", "linear", "relu", "tanh", "sigmoid", "softmax", "elu", "selu", "silu", "gelu",
                               "softplus", "softsign", "leaky_relu", "relu6", "hard_sigmoid"});
  }
  Regularizer regularizer() { return once(6) ? Regularizer(L1L2({.l1 = 0.001, .l2 = 0.01})) : Regularizer(); }
  bool trainable() { return !once(8); }

  //===--------------------------------------------------------------------===//
  // The pool
  //===--------------------------------------------------------------------===//

  void add(const Tensor &tensor) { pool.push_back({tensor}); }
  void add(const Results &results) {
    for (const Tensor &tensor : results)
      add(tensor);
  }
  /// Adds the result of a layer of one input, which may be called again.
  void addShared(const Layer &layer, const Tensor &x) {
    add(layer(x));
    shared.push_back({layer, sampleOf(x)});
  }

  void read(const Tensor &tensor) {
    for (Value &value : pool)
      value.isRead |= value.tensor == tensor;
  }

  /// Mostly what is new.
  Tensor any() {
    const int64_t count = static_cast<int64_t>(pool.size());
    const int64_t back = std::min(below(count), below(count));
    return take(pool[static_cast<size_t>(count - 1 - back)].tensor);
  }
  Tensor take(const Tensor &tensor) {
    read(tensor);
    return tensor;
  }
  /// One of that rank, if there is one and the dice will.
  Tensor ofRank(size_t rank) {
    std::vector<Tensor> found;
    for (const Value &value : pool)
      if (value.tensor.shape().size() == rank)
        found.push_back(value.tensor);
    return found.empty() || once(5) ? any() : take(oneOf(found));
  }

  Tensor row(const Tensor &x) { return x.shape().size() == 2 ? x : Flatten()(x); }
  Tensor row() { return row(ofRank(2)); }

  /// `x` as a sample of that shape.
  Tensor shaped(const Tensor &x, const Shape &sample) {
    if (sampleOf(x) == sample)
      return x;
    Tensor flat = row(x);
    const int64_t count = elementsOf(sample);
    if (flat.shape()[1] != count)
      flat = Dense(count, {.activation = activation()})(flat);
    return sample.size() == 1 ? flat : Tensor(Reshape(sample)(flat));
  }

  Tensor sequence() {
    Tensor x = ofRank(3);
    const Shape sample = sampleOf(x);
    if (sample.size() == 3)
      return Reshape({sample[0], sample[1] * sample[2]})(x);
    return sample.size() == 2 ? x : shaped(x, {between(1, 5), between(1, 6)});
  }

  Tensor image() {
    Tensor x = ofRank(4);
    const Shape sample = sampleOf(x);
    if (sample.size() == 2 && once(2))
      return Reshape({sample[0], sample[1], 1})(x);
    return sample.size() == 3 ? x : shaped(x, {between(2, 6), between(2, 6), between(1, 3)});
  }

  void addInput() {
    if (depth == 0 && once(4)) {
      // Indices, of which a table makes numbers at once.
      Tensor indices = Input(once(4) ? Shape{} : Shape{between(1, 5)}, {.dtype = "int32"});
      allIndices.push_back(indices);
      inputs.push_back(indices);
      return embed(indices);
    }
    Shape sample;
    switch (below(4)) {
    case 0:
      sample = {between(1, 5), between(1, 7)};
      break;
    case 1:
      sample = {between(2, 7), between(2, 7), between(1, 3)};
      break;
    default:
      sample = {between(1, 12)};
    }
    Tensor x = Input(sample);
    inputs.push_back(x);
    add(x);
  }

  /// Few rows, so that some indices are the 0 of a mask.
  void embed(const Tensor &indices) {
    const bool isMasked = once(2);
    add(Embedding(between(2, isMasked ? 4 : 20), between(1, 8),
                  {.embeddings_regularizer = regularizer(), .mask_zero = isMasked, .trainable = trainable()})(indices));
  }

  //===--------------------------------------------------------------------===//
  // Steps
  //===--------------------------------------------------------------------===//

  void step() {
    const int64_t kind = below(10);
    if (kind == 0 && !shared.empty()) {
      const auto &[layer, sample] = oneOf(shared);
      return add(layer(shaped(any(), sample)));
    }
    if (kind == 1 && depth < 2)
      return nest();
    auto rule = rules().begin();
    std::advance(rule, below(static_cast<int64_t>(rules().size())));
    (this->*rule->second)();
  }

  /// A model on tensors of the pool, mostly twice.
  void nest() {
    Model model = Generator(random, depth + 1).block(between(1, 2), between(1, 2));
    for (int64_t calls = between(1, 2); calls > 0; --calls) {
      std::vector<Tensor> arguments;
      for (const Tensor &input : model.inputs())
        arguments.push_back(shaped(any(), sampleOf(input)));
      add(model(arguments));
    }
  }

  void dense() {
    Tensor x = any();
    addShared(Dense(between(1, 9), {.activation = activation(),
                                    .use_bias = !once(4),
                                    .kernel_initializer = oneOf<std::string>({"glorot_uniform", "he_normal", "orthogonal"}),
                                    .bias_initializer = RandomUniform(),
                                    .kernel_regularizer = regularizer(),
                                    .bias_regularizer = regularizer(),
                                    .trainable = trainable()}),
              x);
  }
  void activate() { add(Activation(activation())(any())); }
  void drop() {
    Tensor x = any();
    DropoutOptions options;
    if (once(3)) {
      options.noise_shape = x.shape();
      for (int64_t &size : options.noise_shape)
        if (once(2))
          size = 1;
    }
    if (once(3))
      options.seed = below(1000);
    addShared(Dropout(oneOf<double>({0, 0.1, 0.4, 0.6}), options), x);
  }
  void flatten() { add(Flatten()(any())); }
  void reshape() {
    Tensor x = any();
    const int64_t count = elementsOf(sampleOf(x));
    std::vector<int64_t> factors;
    for (int64_t factor = 1; factor <= count; ++factor)
      if (count % factor == 0)
        factors.push_back(factor);
    const int64_t first = oneOf(factors);
    add(Reshape(once(3) ? Shape{-1} : once(2) ? Shape{first, -1} : Shape{first, count / first})(x));
  }
  void permute() {
    Tensor x = ofRank(3);
    Shape dims;
    for (size_t i = 1; i < x.shape().size(); ++i)
      dims.push_back(static_cast<int64_t>(i));
    std::shuffle(dims.begin(), dims.end(), random);
    add(Permute(dims)(x));
  }
  void repeat() {
    Tensor x = row();
    add(RepeatVector(between(1, 4))(x.shape()[1] > 12 ? shaped(x, {8}) : x));
  }

  /// A tensor and others like it, some of a size of 1: residual paths among them.
  template <typename Merge> void merge(int64_t least, int64_t most) {
    std::vector<Tensor> list = {any()};
    const Shape sample = sampleOf(list[0]);
    for (int64_t count = between(least, most); static_cast<int64_t>(list.size()) < count;) {
      Shape other = sample;
      for (int64_t &size : other)
        if (once(6))
          size = 1;
      // Equal operands cancel: what is left of them is rounding.
      Tensor x = shaped(any(), other);
      list.push_back(std::find(list.begin(), list.end(), x) == list.end() ? x : Tensor(Dense(other.back())(x)));
    }
    std::shuffle(list.begin(), list.end(), random);
    add(Merge()(list));
  }
  template <typename Merge> void merged() { merge<Merge>(1, 3); }
  void subtracted() { merge<Subtract>(2, 2); }
  void concatenate() {
    std::vector<Tensor> list = {any()};
    const Shape sample = sampleOf(list[0]);
    const auto axis = static_cast<size_t>(below(static_cast<int64_t>(sample.size())));
    for (int64_t count = between(1, 3); count > 0; --count) {
      Shape other = sample;
      other[axis] = between(1, 4);
      list.push_back(shaped(any(), other));
    }
    std::shuffle(list.begin(), list.end(), random);
    add(Concatenate({.axis = once(2) ? static_cast<int64_t>(axis) + 1
                                     : static_cast<int64_t>(axis) - static_cast<int64_t>(sample.size())})(list));
  }

  void lstm() {
    const int64_t units = between(1, 6);
    const bool hasStates = once(3);
    LSTM layer(units, {.activation = oneOf<std::string>({"tanh", "tanh", "relu", "softsign"}),
                       .recurrent_activation = oneOf<std::string>({"sigmoid", "hard_sigmoid"}),
                       .use_bias = !once(4),
                       .unit_forget_bias = !once(3),
                       .recurrent_regularizer = regularizer(),
                       .return_sequences = once(2),
                       .return_state = once(3),
                       .go_backwards = once(3),
                       .trainable = trainable()});
    Tensor x = sequence();
    if (hasStates)
      return add(layer({x, shaped(any(), {units}), shaped(any(), {units})}));
    addShared(layer, x);
  }

  /// Steps of zeros are there if a relu or a dropout made them.
  void mask() {
    Tensor x = sequence();
    add(Masking(once(4) ? 0.5 : 0)(once(2) ? Tensor(Activation("relu")(x)) : x));
  }

  void dot() {
    Tensor a = ofRank(3);
    if (a.shape().size() > 3)
      a = row(a);
    Shape other(static_cast<size_t>(between(1, 2)));
    for (int64_t &size : other)
      size = between(1, 5);
    const int64_t first = between(1, static_cast<int64_t>(a.shape().size()) - 1);
    const int64_t second = between(1, static_cast<int64_t>(other.size()));
    other[static_cast<size_t>(second - 1)] = a.shape()[static_cast<size_t>(first)];
    Tensor b = shaped(any(), other);
    // A vector with itself has an angle of 0, and no gradient but rounding.
    if (b == a)
      b = Dense(other.back())(b);
    add(Dot({first, second}, {.normalize = once(3)})({a, b}));
  }

  /// A layer or a model on each step.
  void distribute() {
    switch (below(depth < 2 ? 5 : 4)) {
    case 0:
      return addShared(TimeDistributed(Dense(between(1, 6), {.activation = activation()})), sequence());
    case 1:
      return addShared(TimeDistributed(Dropout(0.4)), sequence());
    case 2:
      return add(TimeDistributed(LSTM(between(1, 4), {.return_sequences = once(2), .go_backwards = once(3)}))(
          shaped(any(), {between(1, 3), between(1, 4), between(1, 4)})));
    case 3: {
      Tensor x = image();
      return add(TimeDistributed(TimeDistributed(Dense(between(1, 4), {.activation = activation()})))(x));
    }
    default: {
      Model model = Generator(random, depth + 1).block(1, 1);
      Shape steps = sampleOf(model.inputs()[0]);
      steps.insert(steps.begin(), between(1, 3));
      Tensor x = shaped(any(), steps);
      return addShared(TimeDistributed(model), x);
    }
    }
  }

  /// A table on indices that are an input; a model in a model has none.
  void embedAgain() {
    if (!allIndices.empty())
      embed(oneOf(allIndices));
    else
      dense();
  }

  PerAxis pair(int64_t most) { return once(2) ? PerAxis(between(1, most)) : PerAxis{between(1, most), between(1, most)}; }
  void convolve() {
    Tensor x = image();
    const bool isDilated = once(3);
    Conv2DOptions options = {.strides = isDilated ? PerAxis(1) : pair(2),
                             .padding = isDilated || !once(3) ? "same" : "valid",
                             .dilation_rate = isDilated ? pair(2) : PerAxis(1),
                             .activation = activation(),
                             .use_bias = !once(4),
                             .kernel_regularizer = regularizer(),
                             .trainable = trainable()};
    const PerAxis size = {std::min(between(1, 3), x.shape()[1]), std::min(between(1, 3), x.shape()[2])};
    addShared(Conv2D(between(1, 4), size, options), x);
  }
  template <typename Pool> void pooled() {
    Tensor x = image();
    const PerAxis size = {std::min(between(1, 3), x.shape()[1]), std::min(between(1, 3), x.shape()[2])};
    add(Pool(size, {.strides = once(2) ? PerAxis() : pair(2), .padding = once(2) ? "same" : "valid"})(x));
  }
  template <typename Pool> void pooledGlobally() { add(Pool({.keepdims = once(3)})(image())); }

  //===--------------------------------------------------------------------===//
  // Outputs
  //===--------------------------------------------------------------------===//

  /// Whatever nothing reads goes into one of `count` tensors.
  std::vector<Tensor> gathered(int64_t count) {
    std::vector<std::vector<Tensor>> groups(static_cast<size_t>(count));
    for (const Value &value : pool)
      if (!value.isRead)
        groups[static_cast<size_t>(below(count))].push_back(value.tensor);
    std::vector<Tensor> result;
    for (std::vector<Tensor> &group : groups) {
      if (group.empty())
        group.push_back(any());
      if (group.size() == 1 && !once(3)) {
        result.push_back(group[0]);
        continue;
      }
      std::vector<Tensor> rows;
      for (const Tensor &tensor : group)
        rows.push_back(row(tensor));
      result.push_back(rows.size() == 1 ? rows[0] : Tensor(Concatenate()(rows)));
    }
    return result;
  }

  struct Head {
    Tensor output;
    Loss loss;
    std::vector<Metric> metrics;
  };
  Head head(const Tensor &x, const std::string &name);

  std::mt19937 &random;
  const int depth;
  std::vector<Tensor> inputs, allIndices;
  std::vector<Value> pool;
  std::vector<std::pair<Layer, Shape>> shared; ///< layers of one input, and its shape
};

/// What `x` ends in: a layer with an activation that the loss wants.
Generator::Head Generator::head(const Tensor &x, const std::string &name) {
  Tensor last = x.shape().size() > 3 || once(2) ? row(x) : x;
  auto dense = [&](int64_t units, const std::string &activation) -> Tensor {
    return Dense(units, {.activation = activation, .name = name})(last);
  };
  auto some = [&](const std::vector<Metric> &metrics) { return once(2) ? metrics : std::vector<Metric>(); };
  const int64_t classes = between(2, 5);
  const bool fromLogits = once(2);
  const double smoothing = once(2) ? 0.1 : 0;
  switch (below(5)) {
  case 0:
    return {dense(classes, fromLogits ? "linear" : "softmax"), SparseCategoricalCrossentropy({.from_logits = fromLogits}),
            some({"accuracy"})};
  case 1:
    return {dense(classes, fromLogits ? "linear" : "softmax"),
            CategoricalCrossentropy({.from_logits = fromLogits, .label_smoothing = smoothing}), some({"accuracy", "mse"})};
  case 2:
    return {dense(between(1, 4), fromLogits ? "linear" : "sigmoid"),
            BinaryCrossentropy({.from_logits = fromLogits, .label_smoothing = smoothing}), some({"mae"})};
  case 3:
    return {dense(between(1, 4), "linear"), MeanAbsoluteError(), some({"mse"})};
  default:
    return {dense(between(1, 4), oneOf<std::string>({"linear", "tanh", "sigmoid"})), MeanSquaredError(), some({"mae"})};
  }
}

/// A model to be called; its outputs are no inputs.
Model Generator::block(int64_t inputCount, int64_t outputCount) {
  grow(inputCount, between(1, 2));
  std::vector<Tensor> outputs = gathered(outputCount);
  for (Tensor &output : outputs)
    if (std::find(inputs.begin(), inputs.end(), output) != inputs.end())
      output = Dense(between(1, 5))(output);
  return Model(inputs, outputs);
}

Model Generator::trained() {
  grow(once(4) ? 3 : between(1, 2), between(2, 5));
  std::vector<Tensor> outputs;
  std::vector<ForOutput<Loss>> losses;
  std::vector<ForOutput<double>> weights;
  std::vector<ForOutput<std::vector<Metric>>> metrics;
  const bool isWeighted = once(2);
  for (const Tensor &tensor : gathered(between(1, 3))) {
    const std::string name = "y" + std::to_string(outputs.size());
    Head one = head(tensor, name);
    outputs.push_back(one.output);
    losses.push_back({name, one.loss});
    if (isWeighted)
      weights.push_back({name, oneOf<double>({0.2, 0.5, 1, 2})});
    if (!one.metrics.empty())
      metrics.push_back({name, one.metrics});
  }
  // One that is not trained.
  if (once(4)) {
    outputs.push_back(Activation(activation(), {.name = "seen"})(any()));
    losses.push_back({"seen", Loss()});
  }
  Model model(inputs, outputs, {.name = "random"});
  const Optimizer optimizer = oneOf<Optimizer>({SGD(), SGD({.momentum = 0.9}), SGD({.momentum = 0.5, .nesterov = true}),
                                                RMSprop(), RMSprop({.momentum = 0.5}), RMSprop({.centered = true}), Adam(),
                                                Adam({.amsgrad = true}), Adagrad()});
  CompileOptions options{.optimizer = optimizer, .loss = losses};
  if (isWeighted)
    options.loss_weights = weights;
  if (!metrics.empty())
    options.metrics = metrics;
  model.compile(options);
  return model;
}

/// Every class of layers, by name.
const std::map<std::string, Generator::Rule> &Generator::rules() {
  static const std::map<std::string, Rule> all = {
      {"Activation", &Generator::activate},
      {"Add", &Generator::merged<Add>},
      {"Average", &Generator::merged<Average>},
      {"AveragePooling2D", &Generator::pooled<AveragePooling2D>},
      {"Concatenate", &Generator::concatenate},
      {"Conv2D", &Generator::convolve},
      {"Dense", &Generator::dense},
      {"Dot", &Generator::dot},
      {"Dropout", &Generator::drop},
      {"Embedding", &Generator::embedAgain},
      {"Flatten", &Generator::flatten},
      {"GlobalAveragePooling2D", &Generator::pooledGlobally<GlobalAveragePooling2D>},
      {"GlobalMaxPooling2D", &Generator::pooledGlobally<GlobalMaxPooling2D>},
      {"LSTM", &Generator::lstm},
      {"Masking", &Generator::mask},
      {"MaxPooling2D", &Generator::pooled<MaxPooling2D>},
      {"Maximum", &Generator::merged<Maximum>},
      {"Minimum", &Generator::merged<Minimum>},
      {"Multiply", &Generator::merged<Multiply>},
      {"Permute", &Generator::permute},
      {"RepeatVector", &Generator::repeat},
      {"Reshape", &Generator::reshape},
      {"Subtract", &Generator::subtracted},
      {"TimeDistributed", &Generator::distribute},
  };
  return all;
}

} // namespace

Model randomModel(unsigned seed) {
  clear_session();
  std::mt19937 random(seed);
  return Generator(random, 0).trained();
}

std::set<std::string> drawnClasses() {
  std::set<std::string> classes;
  for (const auto &[name, rule] : Generator::rules())
    classes.insert(name);
  return classes;
}

void addClasses(const graph::Model &model, std::multiset<std::string> &classes) {
  for (const auto &layer : model.layers) {
    if (layer->model)
      addClasses(*layer->model, classes);
    classes.insert(layer->model ? "Model" : layer->className);
    if (layer->nodes.size() > 1u + (layer->model != nullptr))
      classes.insert("(shared)");
  }
}

} // namespace ingot::numeric

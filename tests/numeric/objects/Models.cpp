//===- Models.cpp - what is compiled and compared -------------------------===//

#include "Models.h"

#include <random>

namespace ingot::numeric {

//===----------------------------------------------------------------------===//
// One feature each
//===----------------------------------------------------------------------===//

/// An output with each of `activations`, from one trunk.
static Model activations(const std::vector<std::string> &activations) {
  clear_session();
  Tensor x = Input({7}, {.name = "x"});
  Tensor h = Dense(6, {.activation = "tanh"})(x);
  std::vector<Tensor> outputs;
  for (const std::string &activation : activations)
    outputs.push_back(Dense(5, {.activation = activation, .bias_initializer = RandomUniform(), .name = activation})(h));
  Model model(x, outputs, {.name = "activations"});
  model.compile({.optimizer = SGD(), .loss = "mse"});
  return model;
}

/// A small classifier.
static Model classifier(const Optimizer &optimizer) {
  clear_session();
  Tensor x = Input({9}, {.name = "x"});
  Tensor h = Dense(11, {.activation = "relu", .bias_initializer = RandomNormal()})(x);
  Model model(x, Dense(4, {.activation = "softmax", .name = "y"})(h), {.name = "classifier"});
  model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

static Model categorical() {
  clear_session();
  Tensor x = Input({8}, {.name = "x"});
  Tensor h = Dense(10, {.activation = "tanh"})(x);
  auto dense = [&](const char *name, const char *activation) {
    return Dense(3, {.activation = activation, .name = name})(h);
  };
  Model model(x,
              {dense("sparse", "softmax"), dense("sparse_logits", "linear"), dense("categorical", "softmax"),
               dense("categorical_logits", "linear"), dense("smooth", "softmax"), dense("sparse_clipped", "sigmoid"),
               dense("categorical_clipped", "sigmoid")},
              {.name = "categorical"});
  model.compile({.optimizer = SGD(),
                 .loss = {SparseCategoricalCrossentropy(), SparseCategoricalCrossentropy({.from_logits = true}),
                          CategoricalCrossentropy(), CategoricalCrossentropy({.from_logits = true}),
                          CategoricalCrossentropy({.label_smoothing = 0.1}), SparseCategoricalCrossentropy(),
                          CategoricalCrossentropy()},
                 .loss_weights = {1.0, 0.5, 0.25, 2.0, 1.5, 1.0, 0.75},
                 .metrics = {{"accuracy"}, {"accuracy"}, {"accuracy"}, {"accuracy", "mse"}, {}, {}, {}}});
  return model;
}

static Model regression() {
  clear_session();
  Tensor x = Input({8}, {.name = "x"});
  Tensor h = Dense(10, {.activation = "silu"})(x);
  auto dense = [&](const char *name, const char *activation) {
    return Dense(2, {.activation = activation, .name = name})(h);
  };
  Model model(x,
              {dense("mse", "linear"), dense("mae", "linear"), dense("binary", "sigmoid"), dense("binary_logits", "linear"),
               dense("smooth", "sigmoid"), dense("binary_clipped", "softmax")},
              {.name = "regression"});
  model.compile({.optimizer = SGD(),
                 .loss = {"mse", "mae", "binary_crossentropy", BinaryCrossentropy({.from_logits = true}),
                          BinaryCrossentropy({.label_smoothing = 0.2}), "binary_crossentropy"},
                 .metrics = {{"mae"}, {"mse"}, {"accuracy"}, {}, {}, {}}});
  return model;
}

static Model regularized() {
  clear_session();
  Tensor x = Input({6}, {.name = "x"});
  Tensor h = Dense(8, {.activation = "elu", .kernel_regularizer = L2(0.1), .bias_regularizer = L1(0.05)})(x);
  h = Dense(8, {.activation = "selu", .use_bias = false, .kernel_regularizer = L1L2({.l1 = 0.02, .l2 = 0.03})})(h);
  Model model(x, Dense(3, {.name = "y"})(h), {.name = "regularized"});
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse"});
  return model;
}

/// Frozen below, between and beside what is trained.
static Model frozen() {
  clear_session();
  Tensor x = Input({6}, {.name = "x"});
  Tensor h = Dense(8, {.activation = "relu", .trainable = false})(x);
  h = Dense(7, {.activation = "tanh"})(h);
  h = Dense(6, {.activation = "gelu", .trainable = false})(h);
  Model model(x, {Dense(3, {.name = "y"})(h), Dense(2, {.trainable = false, .name = "z"})(h)}, {.name = "frozen"});
  model.compile({.optimizer = RMSprop(), .loss = "mse"});
  return model;
}

/// Steps of a sequence: rank 3 from the input to the labels.
static Model sequence() {
  clear_session();
  Tensor x = Input({5, 6}, {.name = "x"});
  Tensor h = Dense(9, {.activation = "softplus"})(x);
  h = Activation("softmax")(h);
  Tensor labels = Dense(4, {.activation = "softmax", .name = "labels"})(h);
  Tensor flat = Dense(3, {.name = "flat"})(Flatten()(h));
  Tensor folded = Dense(2, {.activation = "tanh", .name = "folded"})(Reshape({3, -1})(h));
  Model model(x, {labels, flat, folded}, {.name = "sequence"});
  model.compile({.optimizer = Adam(),
                 .loss = {"sparse_categorical_crossentropy", "mse", "mae"},
                 .metrics = {{"accuracy"}, {}, {}}});
  return model;
}

/// Two inputs, a layer that both go through, and one that an output repeats.
static Model shared() {
  clear_session();
  Tensor a = Input({4}, {.name = "a"}), b = Input({2, 2}, {.name = "b"});
  Dense encoder(4, {.activation = "sigmoid"});
  Tensor p = encoder(encoder(a)), q = encoder(Flatten()(b));
  Model model({a, b}, {Dense(1, {.name = "p"})(p), Dense(3, {.activation = "softmax", .name = "q"})(q)}, {.name = "shared"});
  model.compile({.optimizer = SGD({.momentum = 0.5}), .loss = {"mse", "categorical_crossentropy"}});
  return model;
}

/// Every merge; parts that are an input, a weight's product and an activation, inside and beside others.
static Model merges() {
  clear_session();
  Tensor a = Input({6}, {.name = "a"}), b = Input({3, 2}, {.name = "b"});
  Tensor p = Dense(6, {.activation = "tanh"})(a), q = Dense(6)(Flatten()(b)), r = Dense(1, {.use_bias = false})(a);
  Tensor joined = concatenate({p, r, a, Dense(5, {.activation = "relu"})(p), p});
  Tensor merged = add({multiply({p, q}), maximum({p, r}), minimum({q, a}), average({p, q, a}), subtract({q, r})});
  Tensor steps = concatenate({RepeatVector(2)(Dense(2)(merged)), b, Reshape({3, 2})(p)}, {.axis = 1});
  Tensor turned = Permute({2, 1})(Dense(3, {.activation = "sigmoid"})(steps));
  Model model({a, b},
              {Dense(2, {.name = "joined"})(joined), Dense(4, {.activation = "softmax", .name = "turned"})(turned),
               concatenate({merged, q}, {.name = "both"}), Permute({2, 1}, {.name = "swapped"})(steps)},
              {.name = "merges"});
  model.compile({.optimizer = Adam(), .loss = "mse"});
  return model;
}

/// Products along an axis of each: matrices, vectors, both, with norms and without, and of a tensor with itself.
static Model dots() {
  clear_session();
  Tensor a = Input({5, 6}, {.name = "a"}), b = Input({6}, {.name = "b"});
  Tensor p = Dense(9, {.activation = "tanh"})(a), q = Dense(9)(b), r = RepeatVector(3)(q);
  Tensor matrix = dot({p, r}, 2, {.normalize = true});
  Model model({a, b},
              {Dense(2, {.name = "matrix"})(matrix), dot({p, q}, -1, {.name = "rows"}), dot({a, p}, 1, {.name = "outer"}),
               Dot({1, -1}, {.normalize = true, .name = "angle"})({q, q}), dot({q, Dense(9)(b)}, 1, {.name = "vectors"})},
              {.name = "dots"});
  model.compile({.optimizer = Adam(), .loss = "mse"});
  return model;
}

/// Recurrences in both directions, over another's outputs and states, and one that three inputs share, two of a length.
static Model recurrent() {
  clear_session();
  Tensor a = Input({5, 6}, {.name = "a"}), b = Input({7, 6}, {.name = "b"}), c = Input({5, 6}, {.name = "c"});
  LSTM shared(9, {.recurrent_regularizer = L2(0.01), .return_state = true});
  Results first = shared(a), second = shared(b), third = shared(c);
  Tensor back = LSTM(9, {.recurrent_activation = "hard_sigmoid", .return_sequences = true, .go_backwards = true})(
      {b, first[1], second[2]});
  Tensor last = LSTM(4, {.activation = "relu", .use_bias = false, .go_backwards = true})(back);
  Model model({a, b, c},
              {Dense(3, {.activation = "softmax", .name = "steps"})(back),
               Dense(2, {.name = "y"})(concatenate({last, first[0], second[1], third[2]}))},
              {.name = "recurrent"});
  model.compile({.optimizer = RMSprop(), .loss = {"sparse_categorical_crossentropy", "mse"}});
  return model;
}

/// Steps that a relu makes 0 and those of index 0, in recurrences, merges, losses and metrics.
static Model masked() {
  clear_session();
  Tensor x = Input({6, 5}, {.name = "x"}), ids = Input({6}, {.dtype = "int32", .name = "ids"});
  Tensor a = Masking()(Dense(2, {.activation = "relu"})(x)), b = Embedding(3, 2, {.mask_zero = true})(ids);
  Results first = LSTM(7, {.return_sequences = true, .return_state = true})(add({a, maximum({a, b}), multiply({a, b})}));
  Tensor back = LSTM(7, {.return_sequences = true, .go_backwards = true})({first[0], first[1], first[2]});
  Tensor joined = concatenate({back, first[0]}, {.axis = 1});
  Model model({x, ids},
              {Dense(3, {.activation = "softmax", .name = "steps"})(joined), Dense(3, {.activation = "sigmoid", .name = "flags"})(back),
               Dense(2, {.name = "last"})(LSTM(4, {.go_backwards = true})(back))},
              {.name = "masked"});
  model.compile({.optimizer = Adam(),
                 .loss = {"sparse_categorical_crossentropy", "binary_crossentropy", "mae"},
                 .metrics = {{"accuracy"}, {"accuracy", "mse"}, {"mae"}}});
  return model;
}

/// Models three deep, a layer that two of them share, and one that is frozen between them.
static Model nested() {
  clear_session();
  Tensor a = Input({6}), b = Input({6}), c = Input({6}), x = Input({6}, {.name = "x"});
  Dense shared(6, {.activation = "tanh"});
  Model one(a, Dense(6, {.activation = "sigmoid"})(shared(a)), {.name = "one"});
  Model two(b, {one(one(b)), shared(b)}, {.name = "two"});
  Model frozen(c, Dense(6, {.activation = "silu"})(c), {.name = "frozen", .trainable = false});
  Results both = two(frozen(two(x)[1]));
  Model model(x, {Dense(2, {.name = "y"})(both[0]), both[1], one(x)}, {.name = "nested"});
  model.compile({.optimizer = RMSprop(), .loss = "mse"});
  return model;
}

/// Steps and steps of steps, of layers and of models; a model in a wrapper, called by itself and in a frozen one.
static Model distributed() {
  clear_session();
  Tensor word = Input({5, 6}, {.name = "word"});
  Tensor h = TimeDistributed(Dense(7, {.activation = "relu"}))(word);
  Model reader(word, Dense(4, {.activation = "tanh", .kernel_regularizer = L2(0.02)})(LSTM(5)(h)), {.name = "reader"});
  Tensor page = Input({3, 5, 6}, {.name = "page"});
  Model film({page}, {TimeDistributed(reader)(page), TimeDistributed(Conv2D(3, {2, 3}, {.activation = "silu"}))(
                                                       Reshape({3, 5, 6, 1})(page))},
             {.name = "film"});
  Tensor x = Input({2, 3, 5, 6}, {.name = "x"}), one = Input({5, 6}, {.name = "one"});
  Results both = TimeDistributed(film)(x);
  Tensor frozen = TimeDistributed(Dense(3, {.activation = "sigmoid"}), {.trainable = false})(both[0]);
  Tensor ids = Input({3, 4}, {.dtype = "int32", .name = "ids"});
  Model model({x, one, ids},
              {TimeDistributed(Dense(3, {.activation = "softmax"}), {.name = "labels"})(
                   TimeDistributed(Dropout(0.3))(concatenate({both[0], frozen}))),
               TimeDistributed(Flatten(), {.name = "windows"})(both[1]), Dense(2, {.name = "single"})(reader(one)),
               TimeDistributed(LSTM(2), {.name = "read"})(Embedding(9, 3, {.mask_zero = true})(ids))},
              {.name = "distributed"});
  model.compile({.optimizer = Adam(),
                 .loss = {"sparse_categorical_crossentropy", "mse", "mse", "mse"},
                 .metrics = {{"accuracy"}, {}, {}, {}}});
  return model;
}

/// Masks of steps of steps: made inside of what is applied to them, and outside.
static Model maskedSteps() {
  clear_session();
  Tensor words = Input({5}, {.dtype = "int32"}), pages = Input({4, 5}, {.dtype = "int32", .name = "pages"});
  Model reader(words, LSTM(4)(Embedding(3, 3, {.mask_zero = true})(words)), {.name = "reader"});
  Tensor outside = TimeDistributed(LSTM(4))(Embedding(3, 3, {.mask_zero = true})(pages));
  Model model(pages,
              {TimeDistributed(Dense(3, {.activation = "softmax"}), {.name = "steps"})(outside),
               Dense(2, {.name = "last"})(concatenate({LSTM(3)(outside), LSTM(3)(TimeDistributed(reader)(pages))}))},
              {.name = "masked_steps"});
  model.compile({.optimizer = Adam(), .loss = {"sparse_categorical_crossentropy", "mse"}, .metrics = {{"accuracy"}, {}}});
  return model;
}

/// Every convolution and pooling: strides, dilation, padding, windows that do
/// and do not overlap, and windows of one element.
static Model convolutions() {
  clear_session();
  Tensor x = Input({9, 10, 3}, {.name = "x"});
  Conv2D shared(5, {3, 2}, {.padding = "same", .activation = "tanh", .bias_initializer = RandomUniform()});
  Tensor h = shared(x);
  Tensor other = Input({4, 6, 3}, {.name = "other"});
  Tensor small = shared(other);
  Tensor strided = Conv2D(8, 3, {.strides = {2, 3}, .activation = "relu", .kernel_initializer = "he_normal"})(h);
  Tensor spread = Conv2D(6, 3, {.padding = "same", .dilation_rate = 2, .use_bias = false})(h);
  Tensor pooled = MaxPooling2D(3, {.strides = 2, .padding = "same"})(Activation("tanh")(spread));
  Tensor mean = AveragePooling2D({2, 3}, {.padding = "same"})(spread);
  Tensor mixed = Conv2D(7, 1, {.activation = "silu"})(MaxPooling2D()(h));
  Model model({x, other},
              {Dense(3, {.name = "strided"})(Flatten()(strided)), GlobalMaxPooling2D({.name = "pooled"})(pooled),
               GlobalAveragePooling2D({.keepdims = true, .name = "mean"})(mean),
               Dense(4, {.activation = "softmax", .name = "mixed"})(Flatten()(AveragePooling2D()(mixed))),
               GlobalAveragePooling2D({.name = "small_mean"})(small)},
              {.name = "convolutions"});
  model.compile({.optimizer = Adam(), .loss = "mse"});
  return model;
}

/// Tables that inputs share, one that is penalized and one that is frozen; indices
/// that are moved before, and a single one.
static Model embeddings(const Optimizer &optimizer) {
  clear_session();
  Tensor a = Input({5}, {.dtype = "int32", .name = "a"}), b = Input({2, 3}, {.dtype = "int32", .name = "b"});
  Tensor c = Input({}, {.dtype = "int32", .name = "c"});
  Embedding shared(40, 12), small(3, 5, {.embeddings_regularizer = L2(0.1)});
  Tensor joined = concatenate({a, Flatten()(b), Flatten()(Permute({2, 1})(b))});
  Tensor sequence = LSTM(6)(shared(joined));
  Tensor mean = average({shared(a), Dense(12, {.activation = "tanh"})(shared(a))});
  Tensor frozen = Embedding(50, 3, {.trainable = false})(b);
  Model model({a, b, c},
              {Dense(3, {.activation = "softmax", .name = "y"})(concatenate({sequence, small(c)})),
               Dense(2, {.name = "steps"})(mean), Dense(1, {.name = "z"})(Flatten()(frozen))},
              {.name = "embeddings"});
  model.compile({.optimizer = optimizer, .loss = {"sparse_categorical_crossentropy", "mse", "mse"}});
  return model;
}

/// Rows wide enough for products over each row once, more of them than one block
/// has; two tables for the same indices, a mask, and steps of steps.
static Model wideEmbeddings() {
  clear_session();
  Tensor a = Input({40}, {.dtype = "int32", .name = "a"}), b = Input({3, 2}, {.dtype = "int32", .name = "b"});
  Tensor first = LSTM(3)(Embedding(300, 64)(a));
  Tensor masked = LSTM(3, {.go_backwards = true})(Embedding(7, 64, {.mask_zero = true})(a));
  Tensor pairs = TimeDistributed(LSTM(2))(Embedding(5, 66)(b));
  Model model({a, b},
              {Dense(3, {.activation = "softmax", .name = "y"})(concatenate({first, masked})), Dense(1, {.name = "pairs"})(pairs)},
              {.name = "wide_embeddings"});
  model.compile({.optimizer = RMSprop(), .loss = {"sparse_categorical_crossentropy", "mse"}});
  return model;
}

/// Dropouts of every kind: by elements, rows and columns, shared, nested, with a seed of their own, at the
/// input, between layers and before the loss. With several classes no prediction is nearly its target, where
/// the difference, with which gradients begin, would have few digits.
static Model dropped() {
  clear_session();
  Tensor a = Input({6}, {.name = "a"}), b = Input({5, 4}, {.name = "b"});
  Dropout shared(0.3);
  Tensor p = Dense(9, {.activation = "relu"})(shared(a)), q = Dense(6, {.activation = "tanh"})(b);
  Tensor u = Input({9}), v = Dropout(0.6)(Dense(9, {.activation = "silu"})(u));
  Model block(u, add({u, v}), {.name = "block"});
  Tensor twice = block(block(shared(p)));
  Tensor rows = Dropout(0.5, {.noise_shape = {None, 1, 6}})(q), one = Dropout(0.25, {.noise_shape = {1, 5, 1}, .seed = 11})(q);
  Tensor each = TimeDistributed(Dropout(0.4))(q);
  Tensor steps = LSTM(5, {.return_sequences = true})(Dropout(0.2)(add({rows, one, each})));
  Model model({a, b},
              {Dropout(0.1, {.name = "y"})(Dense(3)(twice)),
               Dense(4, {.activation = "softmax", .name = "z"})(Flatten()(Dropout(0)(steps)))},
              {.name = "dropped"});
  model.compile({.optimizer = Adam(), .loss = {"mse", "categorical_crossentropy"}, .metrics = {{"mae"}, {"accuracy"}}});
  return model;
}

static Model drawn() {
  clear_session();
  Tensor x = Input({120}, {.name = "x"});
  auto dense = [&](const char *name, const Initializer &kernel, const Initializer &bias, int64_t units = 150) {
    return Dense(units, {.kernel_initializer = kernel, .bias_initializer = bias, .name = name})(x);
  };
  return Model(x,
               {dense("uniform", RandomUniform({.minval = -0.5, .maxval = 2}), Constant(0.25)),
                dense("normal", RandomNormal({.mean = 1, .stddev = 2}), "ones"),
                dense("truncated", TruncatedNormal({.mean = -1, .stddev = 0.5}), "zeros"),
                dense("seeded", RandomUniform({.minval = 0, .maxval = 1, .seed = 17}), "zeros"),
                dense("wide", "orthogonal", "zeros"), dense("tall", Orthogonal({.gain = 2}), "zeros", 40)},
               {.name = "initializers"});
}

ModelCase initializers() { return {"initializers", drawn}; }

//===----------------------------------------------------------------------===//
// Random models
//===----------------------------------------------------------------------===//

static Model randomModel(unsigned seed) {
  std::mt19937 random(seed);
  auto below = [&](unsigned limit) { return static_cast<int64_t>(random() % limit); };
  auto oneOf = [&](const std::vector<std::string> &names) { return names[random() % names.size()]; };
  clear_session();
  const Shape input = below(2) ? Shape{1 + below(40)} : Shape{1 + below(5), 1 + below(12)};
  Tensor x = Input(input, {.name = "x"});
  Tensor h = x;
  for (int64_t layers = 1 + below(4); layers > 0; --layers) {
    h = Dense(1 + below(40), {.activation = oneOf({"linear", "relu", "tanh", "sigmoid", "softmax", "elu", "silu", "gelu"}),
                              .use_bias = below(4) > 0,
                              .bias_initializer = RandomUniform(),
                              .kernel_regularizer = below(4) ? Regularizer() : L2(0.01)})(h);
    if (h.shape().size() == 3 && !below(3))
      h = below(2) ? Flatten()(h) : Reshape({h.shape()[2], h.shape()[1]})(h);
  }
  const std::string loss = oneOf({"sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mse", "mae"});
  const std::string last = loss == "mse" || loss == "mae" ? "linear" : loss == "binary_crossentropy" ? "sigmoid" : "softmax";
  Model model(x, Dense(2 + below(20), {.activation = last, .name = "y"})(h), {.name = "random"});
  model.compile({.optimizer = oneOf({"sgd", "rmsprop", "adam"}), .loss = loss});
  return model;
}

std::vector<ModelCase> allModels() {
  std::vector<ModelCase> models = {
      {"activations_1", [] { return activations({"linear", "relu", "relu6", "tanh", "sigmoid"}); }},
      {"activations_2", [] { return activations({"softmax", "elu", "selu", "silu", "gelu"}); }},
      {"activations_3", [] { return activations({"softplus", "softsign", "exponential", "leaky_relu", "hard_sigmoid"}); }},
      {"categorical", categorical},
      {"regression", regression},
      {"regularized", regularized},
      {"frozen", frozen},
      {"sequence", sequence},
      {"shared", shared},
      {"merges", merges},
      {"dots", dots},
      {"recurrent", recurrent},
      {"masked", masked},
      {"masked_steps", maskedSteps},
      {"nested", nested},
      {"distributed", distributed},
      {"convolutions", convolutions},
      {"embeddings", [] { return embeddings(RMSprop()); }},
      {"embeddings_centered", [] { return embeddings(RMSprop({.rho = 0.5, .centered = true})); }},
      {"embeddings_sgd", [] { return embeddings(SGD()); }},
      {"embeddings_adagrad", [] { return embeddings(Adagrad()); }},
      {"embeddings_adam", [] { return embeddings(Adam()); }},
      {"wide_embeddings", wideEmbeddings},
      {"dropped", dropped},
  };
  const std::vector<std::pair<std::string, Optimizer>> optimizers = {
      {"sgd", SGD()},
      {"sgd_momentum", SGD({.momentum = 0.9})},
      {"sgd_nesterov", SGD({.momentum = 0.9, .nesterov = true})},
      {"rmsprop", RMSprop()},
      {"rmsprop_momentum", RMSprop({.momentum = 0.5})},
      {"rmsprop_centered", RMSprop({.centered = true})},
      {"rmsprop_both", RMSprop({.rho = 0.8, .momentum = 0.9, .centered = true})},
      {"adagrad", Adagrad()},
      {"adagrad_epsilon", Adagrad({.initial_accumulator_value = 0, .epsilon = 0.01})},
      {"adam", Adam()},
      {"adam_amsgrad", Adam({.learning_rate = 0.01, .amsgrad = true})},
  };
  for (const auto &[name, optimizer] : optimizers)
    models.push_back({name, [optimizer = optimizer] { return classifier(optimizer); }});
  for (unsigned seed = 1; seed <= 4; ++seed)
    models.push_back({"random_" + std::to_string(seed), [seed] { return randomModel(seed); }});
  return models;
}

} // namespace ingot::numeric

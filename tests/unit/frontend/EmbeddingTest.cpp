//===- EmbeddingTest.cpp - tables, their indices, and mistakes with them --===//

#include "ExpectError.h"

#include "graph/Graph.h"

using namespace ingot;

namespace {

class EmbeddingTest : public FrontendTest {
protected:
  Tensor ids = Input({7}, {.dtype = "int32", .name = "ids"});
};

TEST_F(EmbeddingTest, WeightAndFirstValues) {
  Embedding embedding(20, 5);
  Tensor y = embedding(ids);
  EXPECT_EQ(y.shape(), (Shape{None, 7, 5}));
  EXPECT_EQ(y.dtype(), "float32");
  EXPECT_EQ(embedding.name(), "embedding");
  const graph::Layer &layer = *embedding.recorded();
  EXPECT_EQ(layer.config,
            (graph::Config{{"input_dim", int64_t{20}}, {"output_dim", int64_t{5}}, {"mask_zero", false}}));
  ASSERT_EQ(layer.variables.size(), 1u);
  EXPECT_EQ(layer.variables[0].name, "embeddings");
  EXPECT_EQ(layer.variables[0].shape, (Shape{20, 5}));
  EXPECT_EQ(layer.variables[0].initializer.kind, graph::Initializer::Kind::Uniform);
  EXPECT_EQ(layer.variables[0].initializer.a, -0.05);
  EXPECT_EQ(layer.variables[0].initializer.b, 0.05);
  EXPECT_EQ(embedding.count_params(), 100);
}

TEST_F(EmbeddingTest, OptionsAreKept) {
  Embedding embedding(20, 5, {.embeddings_initializer = "ones",
                              .embeddings_regularizer = L2(0.5),
                              .mask_zero = true,
                              .input_length = 7,
                              .trainable = false,
                              .name = "words"});
  embedding(ids);
  const graph::Layer &layer = *embedding.recorded();
  EXPECT_EQ(layer.config, (graph::Config{{"input_dim", int64_t{20}},
                                         {"output_dim", int64_t{5}},
                                         {"mask_zero", true},
                                         {"input_length", int64_t{7}}}));
  EXPECT_EQ(layer.name, "words");
  EXPECT_FALSE(layer.trainable);
  EXPECT_EQ(layer.variables[0].initializer.kind, graph::Initializer::Kind::Constant);
  EXPECT_EQ(layer.variables[0].regularizer.l2, 0.5);
}

TEST_F(EmbeddingTest, IndicesHaveAnyShape) {
  Embedding embedding(20, 5);
  EXPECT_EQ(embedding(Input({}, {.dtype = "int32"})).shape(), (Shape{None, 5}));
  EXPECT_EQ(embedding(Input({2, 3}, {.dtype = "int32"})).shape(), (Shape{None, 2, 3, 5}));
  EXPECT_EQ(embedding(Reshape({7, 1})(ids)).shape(), (Shape{None, 7, 1, 5}));
  EXPECT_EQ(embedding.recorded()->variables.size(), 1u);
}

TEST_F(EmbeddingTest, Arguments) {
  EXPECT_ERROR(Embedding(0, 5), "`input_dim` is 0; must be positive");
  EXPECT_ERROR(Embedding(-1, 5), "`input_dim` is -1; must be positive");
  EXPECT_ERROR(Embedding(20, -5), "`output_dim` is -5; must be positive");
  EXPECT_ERROR(Embedding(int64_t{1} << 31, 1),
               "`input_dim` is 2147483648; must be at most 2147483647, as indices are int32");
  EXPECT_ERROR(Embedding(20, 5, {.input_length = 0}), "`input_length` is 0; must be positive");
  EXPECT_ERROR(Embedding(20, 5, {.embeddings_initializer = "random_unifrom"}),
               "there is no initializer `random_unifrom`; did you mean `random_uniform`?");
}

TEST_F(EmbeddingTest, Calls) {
  EXPECT_ERROR(Embedding(20, 5)(Input({7})),
               "`embedding` is called on a float32 tensor; Embedding takes int32 indices; an input has them by "
               "`dtype = \"int32\"`");
  EXPECT_ERROR(Embedding(20, 5, {.input_length = 8})(ids),
               "`embedding_1`: input has shape (None, 7); must be (None, 8) by `input_length`");
  EXPECT_ERROR(Embedding(20, 5)({ids, ids}), "`embedding_2` is called on 2 tensors; Embedding takes one");
  EXPECT_ERROR(Embedding(1 << 30, 1 << 20)(ids),
               "`embeddings` of `embedding_3` has shape (1073741824, 1048576); at most 2^40 elements are possible");
}

} // namespace

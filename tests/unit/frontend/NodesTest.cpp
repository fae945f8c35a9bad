//===- NodesTest.cpp - inputs and outputs of a layer's calls --------------===//

#include "ExpectError.h"

#include <gmock/gmock.h>

using namespace ingot;

namespace {

class NodesTest : public FrontendTest {
protected:
  Tensor a = Input({5, 4}, {.name = "a"});
  Tensor b = Input({7, 4}, {.name = "b"});
};

TEST_F(NodesTest, OneNode) {
  Dense dense(3);
  Tensor y = dense(a);
  EXPECT_TRUE(dense.output() == y);
  EXPECT_TRUE(dense.input() == a);
  EXPECT_EQ(dense.output_shape(), (Shape{None, 5, 3}));
  EXPECT_EQ(dense.input_shape(), (Shape{None, 5, 4}));
}

TEST_F(NodesTest, SeveralNodes) {
  Dense dense(3);
  const unsigned line = __LINE__ + 1;
  Tensor first = dense(a), second = dense(b);
  EXPECT_TRUE(dense.get_output_at(0) == first);
  EXPECT_TRUE(dense.get_output_at(1) == second);
  EXPECT_TRUE(dense.get_input_at(1) == b);
  EXPECT_EQ(dense.get_output_shape_at(1), (Shape{None, 7, 3}));
  EXPECT_EQ(dense.get_input_shape_at(1), (Shape{None, 7, 4}));
  EXPECT_ERROR(dense.get_output_at(2), "`dense` has 2 nodes; there is no node 2, as they count from 0");
  EXPECT_ERROR(dense.get_input_at(-1), "`dense` has 2 nodes; there is no node -1, as they count from 0");
  const auto error = errorOf([&] { dense.get_output_shape_at(2); });
  ASSERT_EQ(error->notes().size(), 2u);
  EXPECT_EQ(error->notes()[1].message, "node 1 is made here");
  EXPECT_EQ(error->notes()[1].location.line, line);
}

TEST_F(NodesTest, OutputOfSeveralNodesIsTheFirstAndWarnsOnce) {
  Dense dense(3);
  Tensor first = dense(a);
  dense(b);
  testing::internal::CaptureStderr();
  EXPECT_TRUE(dense.output() == first);
  EXPECT_TRUE(dense.output() == first);
  EXPECT_TRUE(dense.input() == a);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, testing::HasSubstr("warning: `dense` has 2 nodes; `output()` is that of node 0, "
                                       "use `get_output_at(i)`\n"));
  EXPECT_THAT(text, testing::HasSubstr("note: node 1 is made here"));
  EXPECT_EQ(text.find("warning"), text.rfind("warning"));
}

TEST_F(NodesTest, ShapesThatDiffer) {
  Dense dense(3);
  dense(a);
  dense(a);
  EXPECT_EQ(dense.output_shape(), (Shape{None, 5, 3}));
  const unsigned line = __LINE__ + 1;
  dense(b);
  EXPECT_ERROR(dense.output_shape(), "`output_shape` of `dense` is (None, 5, 3) at node 0 and (None, 7, 3) at node 2; "
                                     "use `get_output_shape_at(i)`");
  EXPECT_ERROR(dense.input_shape(), "`input_shape` of `dense` is (None, 5, 4) at node 0 and (None, 7, 4) at node 2; "
                                    "use `get_input_shape_at(i)`");
  EXPECT_EQ(errorOf([&] { dense.output_shape(); })->notes().at(1).location.line, line);
}

TEST_F(NodesTest, NeverCalled) {
  Dense dense(3);
  EXPECT_ERROR(dense.output(), "`dense` was never called; it has no input or output");
  EXPECT_ERROR(dense.output_shape(), "`dense` was never called; it has no input or output");
}

TEST_F(NodesTest, SeveralTensors) {
  Add sum;
  Tensor c = Input({5, 4});
  const unsigned line = __LINE__ + 1;
  Tensor y = sum({a, c});
  EXPECT_TRUE(sum.output() == y);
  EXPECT_TRUE(sum.output() == sum.get_output_at(0));
  const Results arguments = sum.input();
  ASSERT_EQ(arguments.size(), 2u);
  EXPECT_TRUE(arguments[0] == a);
  EXPECT_TRUE(arguments[1] == c);
  EXPECT_FALSE(arguments == sum({c, a}));
  EXPECT_ERROR(Tensor(sum.input()), "the input of node 0 of `add` has 2 tensors; where one is needed, take it by `[i]`");
  EXPECT_EQ(errorOf([&] { (void)Tensor(sum.input()); })->notes().at(0).location.line, line);
  EXPECT_ERROR(sum.get_input_shape_at(1), "the input of node 1 of `add` has 2 tensors; where one is needed, take it by `[i]`");
}

TEST_F(NodesTest, AllCalls) {
  Dense dense(3);
  EXPECT_TRUE(dense.inbound_nodes().empty());
  const unsigned line = __LINE__ + 1;
  Tensor first = dense(a);
  Tensor second = dense(b);
  const std::vector<Node> nodes = dense.inbound_nodes();
  ASSERT_EQ(nodes.size(), 2u);
  EXPECT_EQ(nodes[1].index, 1);
  EXPECT_TRUE(nodes[1].layer == dense);
  EXPECT_THAT(nodes[1].inputs, testing::ElementsAre(b));
  EXPECT_THAT(nodes[1].outputs, testing::ElementsAre(second));
  EXPECT_THAT(nodes[0].outputs, testing::ElementsAre(first));
  EXPECT_EQ(nodes[0].location.line, line);
}

TEST_F(NodesTest, AModelsOwnGraphIsItsNode0) {
  Model model(a, Dense(3)(a), {.name = "inner"});
  EXPECT_TRUE(model.output() == model.outputs()[0]);
  Tensor c = Input({5, 4}), y = model(c);
  EXPECT_TRUE(model.get_output_at(1) == y);
  EXPECT_TRUE(model.get_input_at(1) == c);
  EXPECT_EQ(model.output_shape(), (Shape{None, 5, 3}));
  EXPECT_EQ(model.inbound_nodes().size(), 2u);
}

TEST_F(NodesTest, AnInputsOwnNode) {
  Model model(a, Dense(3)(a));
  EXPECT_TRUE(model.get_layer("a").output() == a);
  EXPECT_TRUE(model.get_layer("a").input() == a);
}

} // namespace

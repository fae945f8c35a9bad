//===- DotTest.cpp - a model as a drawing ---------------------------------===//

#include "ExpectError.h"

#include "graph/Dot.h"
#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::HasSubstr;

namespace {

class DotTest : public FrontendTest {};

TEST_F(DotTest, Chain) {
  Tensor x = Input({4}, {.name = "x"});
  Model model(x, Dense(2, {.name = "y"})(Flatten({.name = "flat"})(x)), {.name = "chain"});
  EXPECT_EQ(graph::dot(model.graph()), R"(digraph "chain" {
  label="chain"; labelloc=t; fontname="Helvetica"; fontsize=12;
  node [shape=plain, style=filled, fillcolor=white, fontname="Helvetica", fontsize=10];
  edge [fontname="Helvetica", fontsize=9, arrowsize=0.6];
  "x" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>x</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 4)</td></tr>
  </table>>];
  "flat" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#ffffff"><b>flat</b><br/>Flatten</td></tr>
    <tr><td port="o0_0">(None, 4)</td></tr>
  </table>>];
  "y" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#d9e8f6"><b>y</b><br/>Dense<br/>10 parameters</td></tr>
    <tr><td port="o0_0">(None, 2)</td></tr>
  </table>>];
  "x":o0_0:s -> "flat":h:n;
  "flat":o0_0:s -> "y":h:n;
  "output y" [shape=oval, label="y"];
  "y":o0_0:s -> "output y":n;
}
)");
}

/// One box a layer, a column a call, an arrow a tensor.
TEST_F(DotTest, SharedLayerWithSeveralResults) {
  Tensor ids = Input({5, 3}, {.name = "a"}), b = Input({9, 3}, {.name = "b"});
  LSTM lstm(2, {.return_state = true, .trainable = false, .name = "lstm"});
  Results first = lstm(ids), second = lstm({b, first[1], first[2]});
  Model model({ids, b}, {Add({.name = "sum"})({first[0], second[0]}), second[2]}, {.name = "states"});
  model.compile({.loss = {"mse", "mae"}, .loss_weights = {1.0, 0.2}});
  EXPECT_EQ(graph::dot(model.graph()), R"(digraph "states" {
  label="states"; labelloc=t; fontname="Helvetica"; fontsize=12;
  node [shape=plain, style=filled, fillcolor=white, fontname="Helvetica", fontsize=10];
  edge [fontname="Helvetica", fontsize=9, arrowsize=0.6];
  "a" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>a</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 5, 3)</td></tr>
  </table>>];
  "lstm" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="i0_0" colspan="3">[0] (None, 5, 3)</td><td port="i1_0">[1] (None, 9, 3)</td><td port="i1_1">[1] (None, 2)</td><td port="i1_2">[1] (None, 2)</td></tr>
    <tr><td port="h" colspan="6" bgcolor="#e0e0e0"><b>lstm</b><br/>LSTM<br/>48 parameters, frozen</td></tr>
    <tr><td port="o0_0">[0][0] (None, 2)</td><td port="o0_1">[0][1] (None, 2)</td><td port="o0_2">[0][2] (None, 2)</td><td port="o1_0">[1][0] (None, 2)</td><td port="o1_1">[1][1] (None, 2)</td><td port="o1_2">[1][2] (None, 2)</td></tr>
  </table>>];
  "b" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>b</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 9, 3)</td></tr>
  </table>>];
  "sum" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="i0_0">(None, 2)</td><td port="i0_1">(None, 2)</td></tr>
    <tr><td port="h" colspan="2" bgcolor="#ffffff"><b>sum</b><br/>Add</td></tr>
    <tr><td port="o0_0" colspan="2">(None, 2)</td></tr>
  </table>>];
  "a":o0_0:s -> "lstm":i0_0:n;
  "b":o0_0:s -> "lstm":i1_0:n;
  "lstm":o0_1:s -> "lstm":i1_1:n;
  "lstm":o0_2:s -> "lstm":i1_2:n;
  "lstm":o0_0:s -> "sum":i0_0:n;
  "lstm":o1_0:s -> "sum":i0_1:n;
  "output sum" [shape=oval, label="sum\nmean_squared_error"];
  "sum":o0_0:s -> "output sum":n;
  "output lstm" [shape=oval, label="lstm\n0.2 * mean_absolute_error"];
  "lstm":o1_2:s -> "output lstm":n;
}
)");
}

/// A frame around the layers of a nested model, once; calls are ports of its
/// inputs and of the box at its end.
TEST_F(DotTest, NestedModels) {
  Tensor x = Input({4}, {.name = "x"});
  Model inner(x, Dense(3, {.name = "code"})(x), {.name = "inner"});
  Tensor p = Input({4}, {.name = "p"}), q = Input({4}, {.name = "q"});
  Model pair({p, q}, {inner(p), inner(q)}, {.name = "pair"});
  Tensor a = Input({4}, {.name = "a"});
  Results both = pair({a, a});
  Model model(a, {Subtract({.name = "minus"})({both[0], both[1]}), inner(a)}, {.name = "outer"});
  const std::string text = graph::dot(model.graph());
  EXPECT_EQ(text, R"(digraph "outer" {
  label="outer"; labelloc=t; fontname="Helvetica"; fontsize=12;
  node [shape=plain, style=filled, fillcolor=white, fontname="Helvetica", fontsize=10];
  edge [fontname="Helvetica", fontsize=9, arrowsize=0.6];
  "a" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>a</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 4)</td></tr>
  </table>>];
  subgraph "cluster pair" {
    style="rounded,filled"; color="#909090"; fillcolor="#f6f6f6"; labeljust=l; fontsize=10;
    label=<<b>pair</b><br/>Functional<br/>15 parameters>;
    "pair/p" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="h" bgcolor="#dff0d8"><b>p</b><br/>InputLayer</td></tr>
      <tr><td port="o0_0">(None, 4)</td></tr>
    </table>>];
    "pair/q" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="h" bgcolor="#dff0d8"><b>q</b><br/>InputLayer</td></tr>
      <tr><td port="o0_0">(None, 4)</td></tr>
    </table>>];
    subgraph "cluster pair/inner" {
      style="rounded,filled"; color="#909090"; fillcolor="#f6f6f6"; labeljust=l; fontsize=10;
      label=<<b>inner</b><br/>Functional<br/>15 parameters>;
      "pair/inner/x" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
        <tr><td port="i1_0">[1]</td><td port="i2_0">[2]</td></tr>
        <tr><td port="h" colspan="2" bgcolor="#dff0d8"><b>x</b><br/>InputLayer</td></tr>
        <tr><td port="o0_0" colspan="2">(None, 4)</td></tr>
      </table>>];
      "pair/inner/code" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
        <tr><td port="h" bgcolor="#d9e8f6"><b>code</b><br/>Dense<br/>15 parameters</td></tr>
        <tr><td port="o0_0">(None, 3)</td></tr>
      </table>>];
      "pair/inner/x":o0_0:s -> "pair/inner/code":h:n;
      "pair/inner:out" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
        <tr><td port="o1_0">[1] (None, 3)</td><td port="o2_0">[2] (None, 3)</td></tr>
      </table>>];
      "pair/inner/code":o0_0:s -> "pair/inner:out":o1_0:n [style=dashed];
      "pair/inner/code":o0_0:s -> "pair/inner:out":o2_0:n [style=dashed];
    }
    "pair/p":o0_0:s -> "pair/inner/x":i1_0:n;
    "pair/q":o0_0:s -> "pair/inner/x":i2_0:n;
    "pair:out" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="o1_0">[1][0] (None, 3)</td><td port="o1_1">[1][1] (None, 3)</td></tr>
    </table>>];
    "pair/inner:out":o1_0:s -> "pair:out":o1_0:n [style=dashed];
    "pair/inner:out":o2_0:s -> "pair:out":o1_1:n [style=dashed];
  }
  "minus" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="i0_0">(None, 3)</td><td port="i0_1">(None, 3)</td></tr>
    <tr><td port="h" colspan="2" bgcolor="#ffffff"><b>minus</b><br/>Subtract</td></tr>
    <tr><td port="o0_0" colspan="2">(None, 3)</td></tr>
  </table>>];
  "inner" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#d9e8f6"><b>inner</b><br/>Functional<br/>15 parameters</td></tr>
    <tr><td port="o3_0">(None, 3)</td></tr>
  </table>>];
  "pair/inner:out" -> "inner" [dir=none, style=dotted, constraint=false, label="same weights"];
  "a":o0_0:s -> "pair/p":h:n;
  "a":o0_0:s -> "pair/q":h:n;
  "pair:out":o1_0:s -> "minus":i0_0:n;
  "pair:out":o1_1:s -> "minus":i0_1:n;
  "a":o0_0:s -> "inner":h:n;
  "output minus" [shape=oval, label="minus"];
  "minus":o0_0:s -> "output minus":n;
  "output inner" [shape=oval, label="inner"];
  "inner":o3_0:s -> "output inner":n;
}
)");
  EXPECT_EQ(graph::dot(model.graph()), text);
}

/// A wrapped model is a frame too; where its layers are drawn already, a box.
TEST_F(DotTest, Wrappers) {
  Tensor x = Input({4}, {.name = "x"});
  Model inner(x, Dense(3, {.name = "code"})(x), {.name = "inner"});
  Tensor a = Input({6, 4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Dense dense(2, {.name = "dense"});
  Tensor y = TimeDistributed(dense, {.name = "heads"})(TimeDistributed(inner, {.name = "steps"})(a));
  Model model({a, b}, {y, dense(inner(b))}, {.name = "outer"});
  EXPECT_EQ(graph::dot(model.graph()), R"(digraph "outer" {
  label="outer"; labelloc=t; fontname="Helvetica"; fontsize=12;
  node [shape=plain, style=filled, fillcolor=white, fontname="Helvetica", fontsize=10];
  edge [fontname="Helvetica", fontsize=9, arrowsize=0.6];
  "a" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>a</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 6, 4)</td></tr>
  </table>>];
  "b" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#dff0d8"><b>b</b><br/>InputLayer</td></tr>
    <tr><td port="o0_0">(None, 4)</td></tr>
  </table>>];
  subgraph "cluster steps" {
    style="rounded,filled"; color="#909090"; fillcolor="#f6f6f6"; labeljust=l; fontsize=10;
    label=<<b>steps</b><br/>TimeDistributed(inner)<br/>15 parameters>;
    "steps/x" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="h" bgcolor="#dff0d8"><b>x</b><br/>InputLayer</td></tr>
      <tr><td port="o0_0">(None, 4)</td></tr>
    </table>>];
    "steps/code" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="h" bgcolor="#d9e8f6"><b>code</b><br/>Dense<br/>15 parameters</td></tr>
      <tr><td port="o0_0">(None, 3)</td></tr>
    </table>>];
    "steps/x":o0_0:s -> "steps/code":h:n;
    "steps:out" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
      <tr><td port="o0_0">[0] (None, 6, 3)</td></tr>
    </table>>];
    "steps/code":o0_0:s -> "steps:out":o0_0:n [style=dashed];
  }
  "inner" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#d9e8f6"><b>inner</b><br/>Functional<br/>15 parameters</td></tr>
    <tr><td port="o1_0">(None, 3)</td></tr>
  </table>>];
  "steps:out" -> "inner" [dir=none, style=dotted, constraint=false, label="same weights"];
  "heads" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#d9e8f6"><b>heads</b><br/>TimeDistributed(Dense)<br/>8 parameters</td></tr>
    <tr><td port="o0_0">(None, 6, 2)</td></tr>
  </table>>];
  "dense" [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4">
    <tr><td port="h" bgcolor="#d9e8f6"><b>dense</b><br/>Dense<br/>8 parameters</td></tr>
    <tr><td port="o0_0">(None, 2)</td></tr>
  </table>>];
  "heads" -> "dense" [dir=none, style=dotted, constraint=false, label="same weights"];
  "a":o0_0:s -> "steps/x":h:n;
  "b":o0_0:s -> "inner":h:n;
  "steps:out":o0_0:s -> "heads":h:n;
  "inner":o1_0:s -> "dense":h:n;
  "output heads" [shape=oval, label="heads"];
  "heads":o0_0:s -> "output heads":n;
  "output dense" [shape=oval, label="dense"];
  "dense":o0_0:s -> "output dense":n;
}
)");
}

TEST_F(DotTest, TypesThatAreNotFloat) {
  Tensor x = Input({4}, {.dtype = "int32", .name = "x"});
  Model model(x, Flatten()(x));
  EXPECT_THAT(graph::dot(model.graph()), HasSubstr(">int32 (None, 4)<"));
}

/// Names of a graph that another front end made can be anything.
TEST_F(DotTest, NamesAreEscaped) {
  Tensor x = Input({4}, {.name = "x"});
  Model model(x, Dense(2)(x));
  graph::Model graph = model.graph();
  graph.name = "a\"b\\c";
  graph.layers[1]->name = "<&\">";
  const std::string text = graph::dot(graph);
  EXPECT_THAT(text, HasSubstr(R"(digraph "a\"b\\c" {)"));
  EXPECT_THAT(text, HasSubstr(R"("<&\">" [label=)"));
  EXPECT_THAT(text, HasSubstr("<b>&lt;&amp;&quot;&gt;</b>"));
}

} // namespace

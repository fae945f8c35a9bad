//===- app.cpp - asks layers for what they were called on -----------------===//
//
// Every call of a layer makes a node of it. The program calls layers once and
// twice and prints what they answer, wrong questions included.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"

#include <ingot/ingot.h>

#include <cstdio>

using namespace ingot;

static void print(const char *what, bool value) {
  std::printf("%s: %s\n", what, value ? "true" : "false");
}

static void print(const char *what, const Shape &shape) {
  std::printf("%s: %s\n", what, shape_text(shape).c_str());
}

/// Prints the answer, or why there is none.
#define ASK(question)                                                          \
  try {                                                                        \
    print(#question, question);                                                \
  } catch (const Error &error) {                                               \
    std::printf("%s\n", error.what());                                         \
  }

static void oneInput() {
  Tensor a = Input({140, 256});

  LSTM lstm(32);
  Tensor encoded_a = lstm(a);

  ASK(lstm.output() == encoded_a);
}

static void twoInputs() {
  Tensor a = Input({140, 256});
  Tensor b = Input({140, 256});

  LSTM lstm(32);
  Tensor encoded_a = lstm(a);
  Tensor encoded_b = lstm(b);

  // There are two outputs now; this is the first, with a warning.
  ASK(lstm.output() == encoded_a);

  ASK(lstm.get_output_at(0) == encoded_a);
  ASK(lstm.get_output_at(1) == encoded_b);
  ASK(lstm.get_output_at(2) == encoded_b);
}

static void shapes() {
  Tensor a = Input({32, 32, 3});
  Tensor b = Input({64, 64, 3});

  Conv2D conv(16, {3, 3}, {.padding = "same"});
  ASK(conv.input_shape());
  Tensor conved_a = conv(a);

  // Only one input so far.
  ASK(conv.input_shape());

  Tensor conved_b = conv(b);
  // Now there is no single answer, but one for each node.
  ASK(conv.input_shape());
  ASK(conv.get_input_shape_at(0));
  ASK(conv.get_input_shape_at(1));
  ASK(conv.get_output_shape_at(1));
}

int main(int, char **argv) {
  // Line by line, so that the warning, which goes to stderr, is in its place.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return samples::run(argv[0], [] {
    oneInput();
    twoInputs();
    shapes();
  });
}

//===- IrFuzzer.cpp - textual IR that is no model --------------------------===//
//
// Text to module, through every stage that its size allows, for a machine and with
// options that follow from the text. There is an artefact or an error; a crash is a
// finding, and so is what is said to be a bug.
//
//===----------------------------------------------------------------------===//

#include "Choice.h"

#include "driver/Compile.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>

using namespace ingot;

/// The same for the same text, wherever it is tried again.
static driver::Options optionsFor(const std::string &text) {
  uint32_t sum = 0;
  for (const unsigned char byte : text)
    sum = (sum ^ byte) * 0x01000193u;
  fuzz::Choice choice(sum);
  driver::Options options;
  options.maxBatch = 4;
  // The later the stage, the longer it takes, so the fewer go there.
  const bool isSmall = text.size() < 4096;
  options.emit = {choice.oneIn(4) ? "linalg" : "train"};
  if (isSmall && choice.oneIn(4))
    options.emit = {choice.of<std::string>({"llvm", "c", "obj"})};
  options.target = choice.of<std::string>({"", "", "x86-64", "cortex-m0plus", "cortex-m7", "rv32imafc", "wasm32"});
  if (choice.oneIn(2))
    options.numerics = driver::Numerics::Portable;
  if (choice.oneIn(3))
    options.optimizeFor = driver::OptimizeFor::Size;
  options.saveRam = choice.oneIn(3);
  if (choice.oneIn(4) && options.emit.front() != "c")
    options.threads = 2;
  return options;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  const driver::Options options = optionsFor(text);
  const driver::Result result = driver::compileIR(text, "fuzz.mlir", options);
  if (result.bug) {
    std::fprintf(stderr, "%s\n", result.bug->format().c_str());
    std::abort();
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Mutations of tokens
//===----------------------------------------------------------------------===//

/// Words, numbers, and single characters; blanks go with what follows.
static std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> tokens;
  auto isWord = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.' || c == '@' || c == '%'; };
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end])))
      ++end;
    const bool word = end < text.size() && isWord(static_cast<unsigned char>(text[end]));
    do
      ++end;
    while (end < text.size() && word && isWord(static_cast<unsigned char>(text[end])));
    tokens.push_back(text.substr(i, std::min(end, text.size()) - i));
    i = end;
  }
  return tokens;
}

static const std::vector<std::string> &words() {
  static const std::vector<std::string> all = {
      "ingot.dense", "ingot.lstm", "ingot.embedding", "ingot.merge", "ingot.concatenate", "ingot.dot", "ingot.conv",
      "ingot.pool", "ingot.call", "ingot.return", "ingot.variable", "ingot.model", "ingot.compile", "ingot.contract",
      "ingot.scan", "ingot.reduce", "ingot.reshape", "ingot.gradients", "ingot.update", "tensor<?x4xf32>",
      "tensor<?xi32>", "tensor<f32>", "tensor<4x3xf32>", "tensor<?x?xf32>", "tensor<0xf32>", "tensor<*xf32>", "f32",
      "f64", "i64", "i1", "index", "none", "\"\"", "\"softmax\"", "true", "unit", "@w", "@m", "%x", "%0", "1.0e+300",
      "0x7FC00000", "dense<1>", "dense<>", "[]", "{}", "->", "loc(unknown)"};
  return all;
}

static bool isNumber(const std::string &token) {
  const size_t at = token.find_first_not_of(" \n\t");
  return at != std::string::npos && std::isdigit(static_cast<unsigned char>(token[at]));
}

static void mutate(std::vector<std::string> &tokens, fuzz::Choice &choice) {
  const size_t at = choice.below(tokens.size());
  switch (choice.below(8)) {
  case 0:
    tokens.erase(tokens.begin() + static_cast<ptrdiff_t>(at));
    return;
  case 1:
    tokens.insert(tokens.begin() + static_cast<ptrdiff_t>(at), choice.of(tokens));
    return;
  case 2:
    tokens[at] = choice.of(tokens);
    return;
  case 3:
    tokens[at] = " " + choice.of(words());
    return;
  case 4: {
    // A piece, again: whole ops are about this long.
    const size_t length = std::min(tokens.size() - at, 1 + choice.below(24));
    const std::vector<std::string> piece(tokens.begin() + static_cast<ptrdiff_t>(at),
                                         tokens.begin() + static_cast<ptrdiff_t>(at + length));
    tokens.insert(tokens.begin() + static_cast<ptrdiff_t>(choice.below(tokens.size())), piece.begin(), piece.end());
    return;
  }
  default:
    for (int tries = 0; tries < 16; ++tries)
      if (std::string &token = tokens[choice.below(tokens.size())]; isNumber(token)) {
        token = " " + std::to_string(choice.of(fuzz::edgeNumbers()));
        return;
      }
  }
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  fuzz::Choice choice(seed);
  std::vector<std::string> tokens = split(std::string(reinterpret_cast<const char *>(data), size));
  if (tokens.empty() || choice.oneIn(12))
    return LLVMFuzzerMutate(data, size, maxSize);
  for (size_t i = 0, count = 1 + choice.below(3); i < count && !tokens.empty(); ++i)
    mutate(tokens, choice);
  std::string text;
  for (const std::string &token : tokens)
    text += token;
  const size_t written = fuzz::put(text, data, maxSize);
  return written ? written : LLVMFuzzerMutate(data, size, maxSize);
}

//===- KernelChoices.cpp - kernels otherwise than planned -----------------===//

#include "codegen/kernels/KernelChoices.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace ingot::codegen {

static constexpr llvm::StringLiteral forAll = "*";
static constexpr const char *known = "`tile=6x2`, `unroll=4`, `k-block=256`, `m-block=96` and `pack=yes` or `pack=no`";

/// A number from `least` to `most`.
static bool readNumber(StringRef text, int64_t least, int64_t most, std::optional<int64_t> &number) {
  int64_t value = 0;
  if (text.getAsInteger(10, value) || value < least || value > most)
    return false;
  number = value;
  return true;
}

/// One of `known`.
static bool readChoice(StringRef text, KernelChoice &choice) {
  constexpr int64_t mostRows = 32, mostVectors = 8, mostSteps = 16, mostOfBlock = 1 << 20;
  auto [key, value] = text.split('=');
  if (key == "tile") {
    auto [rows, vectors] = value.split('x');
    return readNumber(rows, 1, mostRows, choice.rows) && readNumber(vectors, 1, mostVectors, choice.vectors);
  }
  if (key == "unroll")
    return readNumber(value, 1, mostSteps, choice.unroll);
  if (key == "k-block")
    return readNumber(value, 1, mostOfBlock, choice.kBlock);
  if (key == "m-block")
    return readNumber(value, 0, mostOfBlock, choice.mBlock);
  if (key != "pack" || (value != "yes" && value != "no"))
    return false;
  choice.pack = value == "yes";
  return true;
}

FailureOr<KernelChoices> KernelChoices::read(ModuleOp module) {
  KernelChoices result;
  auto all = module->getAttrOfType<DictionaryAttr>("ingot.kernels");
  if (!all)
    return result;
  for (NamedAttribute entry : all) {
    StringRef name = entry.getName();
    SmallVector<StringRef> parts;
    cast<StringAttr>(entry.getValue()).getValue().split(parts, ':');
    KernelChoice &choice = result.choices[name];
    choice.isForAll = name == forAll;
    for (StringRef part : parts)
      if (!readChoice(part, choice))
        return module.emitError() << "kernel `" << name << "` is to have `" << part << "`; choices are " << known;
  }
  return result;
}

KernelChoice KernelChoices::find(StringRef name) {
  name.consume_front("ingot_kernel_");
  asked[name] = true;
  for (StringRef key : {name, StringRef(forAll)})
    if (auto choice = choices.find(key); choice != choices.end())
      return choice->second;
  return {};
}

LogicalResult KernelChoices::checkUsed(ModuleOp module) const {
  for (StringRef name : choices.keys()) {
    if (name == forAll || asked.contains(name))
      continue;
    SmallVector<StringRef> names(asked.keys());
    llvm::sort(names);
    return module.emitError() << "no product of the module has the kernel `" << name << "`"
                              << (names.empty() ? "; it has no products" : "; its kernels are `")
                              << llvm::join(names, "`, `") << (names.empty() ? "" : "`");
  }
  return success();
}

} // namespace ingot::codegen

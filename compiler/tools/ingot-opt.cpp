//===- ingot-opt.cpp - any pass on textual IR ----------------------------===//

#include "cli/Guard.h"
#include "cli/Usage.h"
#include "driver/Register.h"
#include "driver/TextLimits.h"

#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace ingot;

/// The parser has no end of its own; what is wrong otherwise it says itself.
static bool isParsable(const std::string &file) {
  auto text = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (file == "-" || !text)
    return true;
  if (auto line = driver::lineNestedTooDeep((*text)->getBuffer())) {
    llvm::errs() << file << ":" << *line << ": error: this is nested more than " << driver::deepestNesting << " deep\n";
    return false;
  }
  return true;
}

static int runTool(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  driver::registerDialects(registry);
  driver::registerPasses();
  const auto [input, output] =
      mlir::registerAndParseCLIOptions(argc, argv, "Ingot's passes on textual IR\n", registry);
  if (!isParsable(input))
    return cli::Refused;
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
}

int main(int argc, char **argv) {
  return cli::guard([&] { return runTool(argc, argv); });
}

//===- EmitObjectTest.cpp - what an object may need ----------------------===//
//
// No model makes an object that must be refused, so here is IR that does.
//
//===----------------------------------------------------------------------===//

#include "codegen/EmitObject.h"
#include "codegen/TargetMachine.h"
#include "codegen/TargetTable.h"
#include "codegen/VerifyObject.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

namespace {

std::unique_ptr<llvm::TargetMachine> machineOf(const std::string &name) {
  codegen::TargetOptions options;
  options.target = name;
  llvm::cantFail(codegen::completeTarget(options));
  return llvm::cantFail(codegen::createTargetMachine(options));
}

/// What `emitObject` says of `text` on a target; empty if it is content.
std::string refusal(const std::string &name, const std::string &text) {
  std::unique_ptr<llvm::TargetMachine> machine = machineOf(name);
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, diagnostic, context);
  if (!module)
    return "the text is wrong: " + diagnostic.getMessage().str();
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  codegen::StackFrames frames;
  llvm::Expected<std::string> object = codegen::emitObject(*module, *machine, frames);
  return object ? "" : llvm::toString(object.takeError());
}

std::string callOf(const std::string &function) {
  return "declare float @" + function + "(float)\n"
         "define float @f(float %x) nounwind {\n  %y = call float @" + function + "(float %x)\n  ret float %y\n}\n";
}

std::vector<std::string> allowed(const std::string &name) {
  std::unique_ptr<llvm::TargetMachine> machine = machineOf(name);
  std::vector<std::string> symbols;
  for (llvm::StringRef symbol : codegen::allowedSymbols(*machine->getMCSubtargetInfo()))
    symbols.push_back(symbol.str());
  return symbols;
}

constexpr const char *sum = "define float @f(float %x, float %y) nounwind {\n  %z = fadd float %x, %y\n  ret float %z\n}\n";

TEST(EmitObject, RefusesAFunctionOfALibraryOnEveryTarget) {
  for (const std::string &name : codegen::presetNames())
    for (const char *function : {"sqrtf", "memset", "malloc"})
      EXPECT_EQ(refusal(name, callOf(function)),
                std::string("the object would need the symbol `") + function + "`; this is a bug of the compiler")
          << name;
}

TEST(EmitObject, LeavesArithmeticToTheCompilersLibraryWhereThereIsNoInstruction) {
  for (const std::string &name : codegen::presetNames())
    EXPECT_EQ(refusal(name, sum), "") << name;
  EXPECT_EQ(refusal("cortex-m3", callOf("__aeabi_fadd")), "");
  EXPECT_THAT(refusal("cortex-m4", callOf("__aeabi_fadd")), StartsWith("the object would need the symbol `__aeabi_fadd`"));
  EXPECT_THAT(refusal("rv32imafc", callOf("__addsf3")), StartsWith("the object would need the symbol `__addsf3`"));
}

TEST(EmitObject, RefusesWhatCanBeWritten) {
  for (const std::string &name : codegen::presetNames())
    EXPECT_THAT(refusal(name, "@counter = global i32 1\n"), StartsWith("the object would have the variable `counter`; this is a bug")) << name;
  // A constant that has to be relocated where it is loaded.
  constexpr const char *table = "@x = constant i8 1\n@table = constant ptr @x\n";
  EXPECT_THAT(refusal("aarch64", table), testing::HasSubstr("the object would have a writable section; this is a bug"));
}

TEST(AllowedSymbols, AreNoneOnHostsAndNothingOfLibcAnywhere) {
  for (const char *host : {"x86-64", "x86-64-v3", "x86-64-v4", "aarch64", "rv64gc"})
    EXPECT_THAT(allowed(host), IsEmpty()) << host;
  for (const std::string &name : codegen::presetNames())
    EXPECT_THAT(allowed(name), Each(StartsWith("__"))) << name;
  EXPECT_THAT(allowed("cortex-m0plus"), Contains("__aeabi_fmul"));
  EXPECT_THAT(allowed("cortex-m7"), Not(Contains("__aeabi_fmul")));
  EXPECT_THAT(allowed("riscv64"), Contains("__muldi3")) << "without M";
}

} // namespace

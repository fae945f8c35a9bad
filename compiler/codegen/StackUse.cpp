//===- StackUse.cpp - how much stack machine code takes -------------------===//
//
// Frames are read where they are final: behind the pass that writes prologues. Code
// has no recursion and no frame whose size is not constant, so the deepest way
// through the calls is the most that there can be.
//
//===----------------------------------------------------------------------===//

#include "codegen/StackUse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetFrameLowering.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace ingot::codegen;

//===----------------------------------------------------------------------===//
// One frame
//===----------------------------------------------------------------------===//

/// Bytes below the return address. A leaf may have objects below its stack pointer, so
/// the lowest object counts, too.
static uint64_t bytesBelowReturnAddress(const MachineFunction &function, const TargetFrameLowering &lowering) {
  const MachineFrameInfo &frame = function.getFrameInfo();
  int64_t deepest = frame.getStackSize();
  for (int i = frame.getObjectIndexBegin(); i < frame.getObjectIndexEnd(); ++i)
    if (!frame.isDeadObjectIndex(i))
      deepest = std::max(deepest, lowering.getOffsetOfLocalArea() - frame.getObjectOffset(i));
  return deepest;
}

static uint64_t frameBytes(const MachineFunction &function) {
  const TargetFrameLowering &lowering = *function.getSubtarget().getFrameLowering();
  const MachineFrameInfo &frame = function.getFrameInfo();
  uint64_t bytes = bytesBelowReturnAddress(function, lowering);
  // A frame that is more aligned than the stack may begin that much lower.
  if (function.getSubtarget().getRegisterInfo()->hasStackRealignment(function))
    bytes += frame.getMaxAlign().value() - lowering.getStackAlign().value();
  // Arguments that are pushed for one call only are not in it yet.
  if (!lowering.hasReservedCallFrame(function))
    bytes += alignTo(frame.getMaxCallFrameSize(), lowering.getStackAlign());
  return bytes - lowering.getOffsetOfLocalArea();
}

/// A function of `ingot_host`, which is called by its address. They differ in what they take.
static std::string hostFunction(const CallBase &call) {
  constexpr unsigned parametersOfParallelFor = 4;
  return call.arg_size() == parametersOfParallelFor ? "parallel_for" : "before_layer, after_layer";
}

/// Calls as the user's functions make them. Machine code may call by an address in a
/// register where this has a name.
static void collectCalls(const Function &function, StackFrame &frame) {
  for (const BasicBlock &block : function)
    for (const Instruction &instruction : block) {
      const auto *call = dyn_cast<CallBase>(&instruction);
      if (!call || isa<IntrinsicInst>(call) || call->isInlineAsm())
        continue;
      const Function *callee = call->getCalledFunction();
      if (!callee)
        frame.outside.insert(hostFunction(*call));
      else if (!callee->isDeclaration())
        frame.callees.insert(callee->getName().str());
      for (const Value *operand : call->args())
        if (const auto *body = dyn_cast<Function>(operand))
          frame.bodies.insert(body->getName().str());
    }
}

/// What code generation has made of them: tail calls, and calls of a library where the
/// machine has no instruction.
static void collectMachineCalls(const MachineFunction &function, StackFrame &frame) {
  std::set<std::string> called, jumpedTo;
  for (const MachineBasicBlock &block : function)
    for (const MachineInstr &instruction : block) {
      if (!instruction.isCall())
        continue;
      for (const MachineOperand &operand : instruction.operands()) {
        if (operand.isSymbol())
          frame.outside.insert(operand.getSymbolName());
        const auto *callee = operand.isGlobal() ? dyn_cast<Function>(operand.getGlobal()) : nullptr;
        if (callee && callee->isDeclaration())
          frame.outside.insert(callee->getName().str());
        else if (callee)
          (instruction.isReturn() ? jumpedTo : called).insert(callee->getName().str());
      }
    }
  for (const std::string &callee : jumpedTo)
    if (!called.count(callee) && frame.callees.erase(callee))
      frame.tailCallees.insert(callee);
}

namespace {

struct MeasureFrames : MachineFunctionPass {
  static char id;
  explicit MeasureFrames(StackFrames &frames) : MachineFunctionPass(id), frames(frames) {}
  StringRef getPassName() const override { return "measure frames"; }
  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    if (function.getFrameInfo().hasVarSizedObjects())
      return false;
    StackFrame &frame = frames[function.getName().str()];
    frame.bytes = frameBytes(function);
    collectCalls(function.getFunction(), frame);
    collectMachineCalls(function, frame);
    return false;
  }

  StackFrames &frames;
};

char MeasureFrames::id = 0;

/// What only is known when all code is there, the linker gets as the values of symbols. Of
/// passes, the last one is finalized first: the printer, before this one, still writes.
struct EmitStackSymbols : MachineFunctionPass {
  static char id;
  EmitStackSymbols(const StackFrames &frames, MCStreamer &streamer)
      : MachineFunctionPass(id), frames(frames), streamer(streamer) {}
  StringRef getPassName() const override { return "emit symbols of stacks"; }
  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }
  bool runOnMachineFunction(MachineFunction &) override { return false; }

  bool doFinalization(Module &module) override {
    for (const Function &function : module) {
      std::optional<StackUse> use;
      if (!function.isDeclaration() && function.hasExternalLinkage())
        use = stackOf(function.getName(), frames);
      if (!use)
        continue;
      MCContext &context = streamer.getContext();
      MCSymbol *symbol = context.getOrCreateSymbol(function.getName() + stackSymbolSuffix);
      streamer.emitSymbolAttribute(symbol, MCSA_Global);
      streamer.emitAssignment(symbol, MCConstantExpr::create(use->bytes, context));
    }
    return false;
  }

  const StackFrames &frames;
  MCStreamer &streamer;
};

char EmitStackSymbols::id = 0;

} // namespace

bool ingot::codegen::addPassesToEmitFile(legacy::PassManagerBase &passes, TargetMachine &machine,
                                         raw_pwrite_stream &out, CodeGenFileType type, StackFrames &frames) {
  auto *info = new MachineModuleInfoWrapperPass(&machine);
  TargetPassConfig *config = machine.createPassConfig(passes);
  config->insertPass(&PrologEpilogCodeInserterID, new MeasureFrames(frames));
  passes.add(config);
  passes.add(info);
  if (config->addISelPasses())
    return false;
  config->addMachinePasses();
  config->setInitialized();
  Expected<std::unique_ptr<MCStreamer>> created = machine.createMCStreamer(out, nullptr, type, info->getMMI().getContext());
  if (!created) {
    consumeError(created.takeError());
    return false;
  }
  MCStreamer &streamer = **created;
  AsmPrinter *printer = machine.getTarget().createAsmPrinter(machine, std::move(*created));
  if (!printer)
    return false;
  passes.add(printer);
  // Where there is an operating system, stacks grow, and code may have no fixed place.
  if (const Triple &triple = machine.getTargetTriple(); triple.isOSBinFormatELF() && triple.getOS() == Triple::UnknownOS)
    passes.add(new EmitStackSymbols(frames, streamer));
  passes.add(createFreeMachineFunctionPass());
  return true;
}

//===----------------------------------------------------------------------===//
// Ways through frames
//===----------------------------------------------------------------------===//

namespace {

/// The deepest way from each function, found once.
class DeepestWays {
public:
  explicit DeepestWays(const StackFrames &frames) : frames(frames) {}

  const std::optional<StackUse> &from(const std::string &function) {
    auto [known, isNew] = ways.try_emplace(function);
    if (isNew) {
      auto frame = frames.find(function);
      if (frame != frames.end())
        known->second = find(function, frame->second);
    }
    return known->second;
  }

private:
  std::optional<StackUse> find(const std::string &function, const StackFrame &frame) {
    StackUse use;
    use.bytes = frame.bytes;
    use.outside = frame.outside;
    const StackUse *deepest = nullptr;
    bool known = true;
    auto take = [&](const std::set<std::string> &callees, uint64_t above, bool onOtherThreads) {
      for (const std::string &callee : callees) {
        const std::optional<StackUse> &below = from(callee);
        if (!(known &= below.has_value()))
          return;
        use.outside.insert(below->outside.begin(), below->outside.end());
        use.threadBytes = std::max(use.threadBytes, onOtherThreads ? below->bytes : below->threadBytes);
        if (above + below->bytes > use.bytes) {
          use.bytes = above + below->bytes;
          deepest = &*below;
        }
      }
    };
    take(frame.callees, frame.bytes, false);
    take(frame.bodies, frame.bytes, true);
    take(frame.tailCallees, 0, false);
    if (!known)
      return std::nullopt;
    use.path = {function};
    if (deepest)
      use.path.insert(use.path.end(), deepest->path.begin(), deepest->path.end());
    return use;
  }

  const StackFrames &frames;
  std::map<std::string, std::optional<StackUse>> ways;
};

} // namespace

std::optional<StackUse> ingot::codegen::stackOf(StringRef function, const StackFrames &frames) {
  return DeepestWays(frames).from(function.str());
}

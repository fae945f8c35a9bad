//===- HalfWeights.cpp - weights in the object, in half precision ---------===//
//
// Bodies and kernels read weights by pointers that come from one argument. A function
// that gets the constant gets a copy in which such a pointer goes half as far, and
// such a load loads halves and widens them in registers: nothing is expanded in memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/HalfWeights.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <map>
#include <set>

using namespace llvm;
using namespace ingot::codegen;

/// Whether the machine widens with an instruction; LLVM would else call a library.
static bool widensInOneInstruction(const TargetMachine &machine) {
  const MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  const Triple &triple = machine.getTargetTriple();
  if (triple.isX86())
    return subtarget.checkFeatures("+f16c");
  if (triple.isAArch64())
    return subtarget.checkFeatures("+fp-armv8");
  if (triple.isARM() || triple.isThumb())
    return subtarget.checkFeatures("+fp16");
  return triple.isRISCV() && subtarget.checkFeatures("+zfhmin");
}

namespace {

class HalfWeights {
public:
  explicit HalfWeights(bool hasInstruction) : hasInstruction(hasInstruction) {}

  Error run(GlobalVariable &weights) {
    SmallVector<CallBase *> calls;
    for (User *user : weights.users())
      if (auto *call = dyn_cast<CallBase>(user); call && !call->getCalledFunction()->hasFnAttribute(readsWords))
        calls.push_back(call);
    for (CallBase *call : calls)
      redirect(*call, &weights);
    return std::move(error);
  }

private:
  using Arguments = std::set<unsigned>;

  /// Calls a copy instead, of which the arguments that are `pointer` point to halves.
  void redirect(CallBase &call, Value *pointer) {
    Arguments arguments;
    for (unsigned i = 0; i < call.arg_size(); ++i)
      if (call.getArgOperand(i) == pointer)
        arguments.insert(i);
    // A call with several such pointers meets its copy argument by argument.
    if (Function *callee = call.getCalledFunction(); callee && !callee->isDeclaration())
      call.setCalledFunction(copyOf(*callee, arguments));
    else
      refuse(call);
  }

  Function *copyOf(Function &function, const Arguments &arguments) {
    auto [known, isNew] = copies.try_emplace({&function, arguments});
    if (!isNew)
      return known->second;
    ValueToValueMapTy map;
    Function *copy = CloneFunction(&function, map);
    copy->setName(function.getName() + "_f16");
    copy->setLinkage(GlobalValue::InternalLinkage);
    copies[{&function, arguments}] = copy;
    for (unsigned i : arguments)
      halve(*copy->getArg(i), *copy->getArg(i));
    return copy;
  }

  /// Users of `old`, a pointer to floats, use `pointer`, which is to halves.
  void halve(Value &old, Value &pointer) {
    for (Use &use : make_early_inc_range(old.uses())) {
      auto *user = cast<Instruction>(use.getUser());
      if (auto *step = dyn_cast<GetElementPtrInst>(user))
        halveStep(*step, pointer);
      else if (auto *load = dyn_cast<LoadInst>(user))
        halveLoad(*load, pointer);
      else if (auto *intrinsic = dyn_cast<IntrinsicInst>(user))
        halveIntrinsic(*intrinsic, pointer);
      else if (auto *call = dyn_cast<CallBase>(user)) {
        use.set(&pointer);
        redirect(*call, &pointer);
      } else
        refuse(*user);
    }
  }

  /// Elements are half as large; a number of bytes is halved.
  void halveStep(GetElementPtrInst &step, Value &pointer) {
    IRBuilder<> builder(&step);
    SmallVector<Value *> indices(step.indices());
    Type *element = step.getSourceElementType();
    if (element->isFloatTy()) {
      element = builder.getHalfTy();
    } else if (auto *bytes = dyn_cast<ConstantInt>(indices.front());
               element->isIntegerTy(8) && indices.size() == 1 && bytes && bytes->getZExtValue() % 2 == 0) {
      indices.front() = ConstantInt::get(bytes->getType(), bytes->getSExtValue() / 2, /*IsSigned=*/true);
    } else {
      return refuse(step);
    }
    Value *halved = builder.CreateGEP(element, &pointer, indices, step.getName(), step.getNoWrapFlags());
    halve(step, *halved);
    step.eraseFromParent();
  }

  void halveLoad(LoadInst &load, Value &pointer) {
    if (!load.getType()->getScalarType()->isFloatTy())
      return refuse(load);
    IRBuilder<> builder(&load);
    auto *half = builder.CreateAlignedLoad(halfOf(load.getType()), &pointer, Align(std::max<uint64_t>(2, load.getAlign().value() / 2)));
    load.replaceAllUsesWith(widen(builder, half));
    load.eraseFromParent();
  }

  void halveIntrinsic(IntrinsicInst &intrinsic, Value &pointer) {
    IRBuilder<> builder(&intrinsic);
    // What is known of alignment holds for half of it, and the argument says it.
    if (intrinsic.getIntrinsicID() == Intrinsic::assume) {
      intrinsic.eraseFromParent();
      return;
    }
    if (intrinsic.getIntrinsicID() != Intrinsic::masked_load || !intrinsic.getType()->getScalarType()->isFloatTy())
      return refuse(intrinsic);
    Value *mask = intrinsic.getArgOperand(intrinsic.arg_size() - 2), *other = intrinsic.getArgOperand(intrinsic.arg_size() - 1);
    Type *half = halfOf(intrinsic.getType());
    Value *loaded = builder.CreateMaskedLoad(half, &pointer, Align(2), mask, Constant::getNullValue(half));
    intrinsic.replaceAllUsesWith(builder.CreateSelect(mask, widen(builder, loaded), other));
    intrinsic.eraseFromParent();
  }

  static Type *halfOf(Type *type) { return type->getWithNewType(Type::getHalfTy(type->getContext())); }

  /// Half precision to single. A number below the normal ones is what is left of a
  /// normal one with its mantissa when the leading one is taken away, which is exact.
  Value *widen(IRBuilder<> &builder, Value *half) {
    Type *single = half->getType()->getWithNewType(builder.getFloatTy());
    if (hasInstruction)
      return builder.CreateFPExt(half, single);
    Type *word = half->getType()->getWithNewType(builder.getInt32Ty());
    auto number = [&](uint32_t value) { return ConstantInt::get(word, value); };
    constexpr uint32_t biasDifference = 112u << 23, leastNormal = 1u << 23, leadingOne = 113u << 23;
    Value *bits = builder.CreateZExt(builder.CreateBitCast(half, half->getType()->getWithNewType(builder.getInt16Ty())), word);
    Value *sign = builder.CreateShl(builder.CreateAnd(bits, number(0x8000)), number(16));
    Value *size = builder.CreateShl(builder.CreateAnd(bits, number(0x7fff)), number(13));
    Value *normal = builder.CreateAdd(size, number(biasDifference));
    Value *withOne = builder.CreateBitCast(builder.CreateAdd(size, number(leadingOne)), single);
    Value *small = builder.CreateFSub(withOne, builder.CreateBitCast(number(leadingOne), single));
    Value *isSmall = builder.CreateICmpULT(size, number(leastNormal));
    Value *unsignedBits = builder.CreateSelect(isSmall, builder.CreateBitCast(small, word), normal);
    return builder.CreateBitCast(builder.CreateOr(unsignedBits, sign), single);
  }

  void refuse(const Instruction &instruction) {
    if (error)
      return;
    std::string text;
    raw_string_ostream(text) << instruction;
    error = createStringError(inconvertibleErrorCode(),
                              "weights of type f16 cannot be read by `" + StringRef(text).trim().str() + "`; this is a bug of the compiler");
  }

  bool hasInstruction;
  std::map<std::pair<Function *, Arguments>, Function *> copies;
  Error error = Error::success();
};

} // namespace

Error ingot::codegen::readHalfWeights(Module &module, StringRef weights, const TargetMachine &machine) {
  return HalfWeights(widensInOneInstruction(machine)).run(*module.getGlobalVariable(weights, /*AllowInternal=*/true));
}

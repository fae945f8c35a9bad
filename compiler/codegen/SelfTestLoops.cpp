//===- SelfTestLoops.cpp - what a self-test does with blocks --------------===//
//
// A device does with shifts, products of 32 bits and few operations of floats what the
// recorder does in SelfTest.cpp. Nobody waits for it, so it is small.
//
//===----------------------------------------------------------------------===//

#include "codegen/SelfTestLoops.h"

#include "codegen/EntryPointBuilder.h"
#include "codegen/HalfWeights.h"
#include "codegen/SelfTest.h"

#include <limits>

using namespace mlir;
using namespace ingot::codegen;

void ingot::codegen::addAttributes(LLVM::LLVMFuncOp function, ArrayRef<StringRef> names) {
  SmallVector<Attribute> attributes(function.getPassthroughAttr().getValue());
  for (StringRef name : names)
    if (auto attribute = StringAttr::get(function.getContext(), name); !llvm::is_contained(attributes, attribute))
      attributes.push_back(attribute);
  function.setPassthroughAttr(ArrayAttr::get(function.getContext(), attributes));
}

SelfTestLoops::SelfTestLoops(LLVM::LLVMFuncOp like)
    : like(like), builder(like.getContext()), loc(like.getLoc()), i32(builder.getI32Type()), f32(builder.getF32Type()),
      pointer(LLVM::LLVMPointerType::get(like.getContext())) {}

Value SelfTestLoops::word(int32_t value) {
  return LLVM::ConstantOp::create(builder, loc, i32, builder.getI32IntegerAttr(value));
}

Value SelfTestLoops::number(float value) {
  return LLVM::ConstantOp::create(builder, loc, f32, builder.getF32FloatAttr(value));
}

Value SelfTestLoops::place(Type element, Value base, LLVM::GEPArg at) {
  return LLVM::GEPOp::create(builder, loc, pointer, element, base, ArrayRef<LLVM::GEPArg>{at});
}

LLVM::LLVMFuncOp SelfTestLoops::loop(StringRef name, ArrayRef<NamedType> arguments, NamedType made, Step step) {
  auto module = like->getParentOfType<ModuleOp>();
  if (auto existing = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return existing;
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<StringRef> names;
  SmallVector<Type> types;
  for (const auto &[name, type] : arguments) {
    names.push_back(name);
    types.push_back(type);
  }
  names.append({"count", made.first});
  types.append({i32, made.second});
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, LLVM::LLVMFunctionType::get(made.second, types), LLVM::Linkage::Internal);
  function.setPassthroughAttr(like.getPassthroughAttr());
  addAttributes(function, StringRef("noinline"));
  Block *start = function.addEntryBlock(builder);
  nameArguments(function, names);
  Block *round = builder.createBlock(&function.getBody(), function.getBody().end(), {i32, made.second}, {loc, loc});
  Block *exit = builder.createBlock(&function.getBody(), function.getBody().end());
  builder.setInsertionPointToEnd(start);
  LLVM::BrOp::create(builder, loc, ValueRange{word(0), start->getArguments().back()}, round);

  builder.setInsertionPointToEnd(round);
  Value i = round->getArgument(0), count = start->getArgument(arguments.size());
  Value next = step(start->getArguments().take_front(arguments.size()), i, round->getArgument(1));
  Value after = LLVM::AddOp::create(builder, loc, i, word(1));
  Value isMore = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ult, after, count);
  LLVM::CondBrOp::create(builder, loc, isMore, round, ValueRange{after, next}, exit, ValueRange());

  builder.setInsertionPointToEnd(exit);
  LLVM::ReturnOp::create(builder, loc, next);
  return function;
}

//===----------------------------------------------------------------------===//
// What comes out
//===----------------------------------------------------------------------===//

LLVM::LLVMFuncOp SelfTestLoops::hash() {
  LLVM::LLVMFuncOp function = loop("ingot_selftest_hash", {{"words", pointer}}, {"hash", i32}, [&](ValueRange of, Value i, Value hash) -> Value {
    Value mixed = LLVM::XOrOp::create(builder, loc, hash, LLVM::LoadOp::create(builder, loc, i32, place(i32, of[0], i)));
    return LLVM::MulOp::create(builder, loc, mixed, word(SelfTest::hashFactor));
  });
  addAttributes(function, StringRef(readsWords));
  return function;
}

LLVM::LLVMFuncOp SelfTestLoops::sum() {
  return loop("ingot_selftest_sum", {{"block", pointer}}, {"sum", f32}, [&](ValueRange of, Value i, Value sum) -> Value {
    Value bits = LLVM::LoadOp::create(builder, loc, i32, place(i32, of[0], i));
    Value random = LLVM::MulOp::create(builder, loc, i, word(Expected::signFactor));
    Value sign = LLVM::AndOp::create(builder, loc, random, word(std::numeric_limits<int32_t>::min()));
    Value value = LLVM::BitcastOp::create(builder, loc, f32, LLVM::XOrOp::create(builder, loc, bits, sign));
    return LLVM::FAddOp::create(builder, loc, sum, value);
  });
}

LLVM::LLVMFuncOp SelfTestLoops::compare() {
  using Predicate = LLVM::FCmpPredicate;
  LLVM::LLVMFuncOp sum = this->sum();
  auto rowType = LLVM::LLVMArrayType::get(i32, 3);
  auto size = [&](Value value) -> Value { return LLVM::FAbsOp::create(builder, loc, value); };
  auto chooseIf = [&](Predicate predicate, Value a, Value b, Value yes, Value no) -> Value {
    return LLVM::SelectOp::create(builder, loc, LLVM::FCmpOp::create(builder, loc, predicate, a, b), yes, no);
  };
  return loop("ingot_selftest_compare", {{"block", pointer}, {"expected", pointer}}, {"worst", f32}, [&](ValueRange of, Value i, Value worst) -> Value {
    Value row = place(rowType, of[1], i);
    auto column = [&](Type type, int32_t at) -> Value { return LLVM::LoadOp::create(builder, loc, type, place(i32, row, at)); };
    Value first = place(builder.getI8Type(), of[0], column(i32, 0)), wanted = column(f32, 2);
    Value found = LLVM::CallOp::create(builder, loc, sum, ValueRange{first, column(i32, 1), number(0)}).getResult();
    Value scale = chooseIf(Predicate::ogt, size(wanted), number(1), size(wanted), number(1));
    Value error = LLVM::FDivOp::create(builder, loc, size(LLVM::FSubOp::create(builder, loc, found, wanted)), scale);
    error = chooseIf(Predicate::uno, error, error, number(std::numeric_limits<float>::infinity()), error);
    return chooseIf(Predicate::ogt, error, worst, error, worst);
  });
}

//===----------------------------------------------------------------------===//
// What goes in
//===----------------------------------------------------------------------===//

Value SelfTestLoops::makeElement(Value tensor, Value i, Value state, function_ref<Value(Value, Value)> element) {
  Value product = LLVM::MulOp::create(builder, loc, state, word(Invented::factor));
  Value next = LLVM::AddOp::create(builder, loc, product, word(Invented::summand)), at = place(i32, tensor, i);
  LLVM::StoreOp::create(builder, loc, element(next, at), at);
  return next;
}

LLVM::LLVMFuncOp SelfTestLoops::makeFloats(StringRef name, bool adds) {
  return loop(name, {{"tensor", pointer}, {"exponent", i32}, {"origin", f32}}, {"state", i32}, [&](ValueRange of, Value i, Value state) {
    return makeElement(of[0], i, state, [&](Value random, Value at) -> Value {
      Value bits = LLVM::OrOp::create(builder, loc, LLVM::LShrOp::create(builder, loc, random, word(9)), of[1]);
      Value value = LLVM::FSubOp::create(builder, loc, LLVM::BitcastOp::create(builder, loc, f32, bits), of[2]);
      if (!adds)
        return value;
      return LLVM::FAddOp::create(builder, loc, LLVM::LoadOp::create(builder, loc, f32, at), value);
    });
  });
}

LLVM::LLVMFuncOp SelfTestLoops::makeNumbers() { return makeFloats("ingot_selftest_numbers", /*adds=*/false); }

LLVM::LLVMFuncOp SelfTestLoops::nudge() { return makeFloats("ingot_selftest_nudge", /*adds=*/true); }

LLVM::LLVMFuncOp SelfTestLoops::makeIntegers() {
  return loop("ingot_selftest_integers", {{"tensor", pointer}, {"scale", i32}, {"shift", i32}}, {"state", i32}, [&](ValueRange of, Value i, Value state) {
    return makeElement(of[0], i, state, [&](Value random, Value) -> Value {
      auto above = [&](int32_t bits) -> Value { return LLVM::LShrOp::create(builder, loc, random, word(bits)); };
      Value scaled = LLVM::LShrOp::create(builder, loc, LLVM::MulOp::create(builder, loc, above(16), of[1]), of[2]);
      Value chance = LLVM::AndOp::create(builder, loc, above(8), word(0xff));
      Value isZero = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ult, chance, word(Invented::zerosIn256));
      return LLVM::SelectOp::create(builder, loc, isZero, word(0), scaled);
    });
  });
}

//===- EntryPointBuilder.cpp - one C function in the LLVM dialect --------===//

#include "codegen/EntryPointBuilder.h"
#include "codegen/Passes.h"

#include "codegen/HostLayout.h"
#include "lower/Layout.h"

#include "mlir/Interfaces/DataLayoutInterfaces.h"

#include <ingot/abi.h>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

static Type argumentType(OpBuilder &builder, StringRef name) {
  if (name == "batch" || name == "stream")
    return builder.getI32Type();
  if (name == "seed")
    return builder.getI64Type();
  if (name == "rate")
    return builder.getF32Type();
  return LLVM::LLVMPointerType::get(builder.getContext());
}

/// As PrepareFunctions.cpp does for bodies.
static void setAttributes(LLVM::LLVMFuncOp function) {
  Builder builder(function.getContext());
  SmallVector<StringRef> attributes = {"no-builtins", "nounwind"};
  attributes.append(sizeAttributes(function->getParentOfType<ModuleOp>()));
  function.setPassthroughAttr(builder.getStrArrayAttr(attributes));
}

void ingot::codegen::nameArguments(LLVM::LLVMFuncOp function, ArrayRef<StringRef> argumentNames) {
  for (auto [argument, name] : llvm::zip(function.getArguments(), argumentNames))
    argument.setLoc(NameLoc::get(StringAttr::get(function.getContext(), name), argument.getLoc()));
}

EntryPointBuilder::EntryPointBuilder(ModuleOp module, OpBuilder outer, const std::string &name,
                                     ArrayRef<StringRef> argumentNames, bool returnsStatus)
    : module(module), builder(outer), loc(module.getLoc()), pointer(LLVM::LLVMPointerType::get(outer.getContext())),
      indexBits(DataLayout(module).getTypeSizeInBits(outer.getIndexType())) {
  auto types = llvm::map_to_vector(argumentNames, [&](StringRef n) { return argumentType(builder, n); });
  Type result = returnsStatus ? Type(builder.getI32Type()) : LLVM::LLVMVoidType::get(builder.getContext());
  function = LLVM::LLVMFuncOp::create(builder, loc, name, LLVM::LLVMFunctionType::get(result, types));
  setAttributes(function);
  Block *entry = function.addEntryBlock(builder);
  for (auto [argumentName, value] : llvm::zip(argumentNames, entry->getArguments()))
    arguments[argumentName] = value;
  builder.setInsertionPointToEnd(entry);
}

//===----------------------------------------------------------------------===//
// Small pieces
//===----------------------------------------------------------------------===//

Value EntryPointBuilder::integer(unsigned bits, uint64_t value) {
  Type type = builder.getIntegerType(bits);
  return LLVM::ConstantOp::create(builder, loc, type, builder.getIntegerAttr(type, APInt(bits, value)));
}

Value EntryPointBuilder::asIndex(Value word) {
  Type type = builder.getIntegerType(indexBits);
  return word.getType() == type ? word : LLVM::ZExtOp::create(builder, loc, type, word).getResult();
}

Value EntryPointBuilder::at(Value base, uint64_t offset) {
  if (offset == 0)
    return base;
  // Constant indices of the op have 32 bits.
  if (offset > std::numeric_limits<int32_t>::max())
    return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{index(offset)});
  return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), base,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
}

Value EntryPointBuilder::load(Value base, uint64_t offset, Type type) {
  return LLVM::LoadOp::create(builder, loc, type, at(base, offset));
}

void EntryPointBuilder::store(Value base, uint64_t offset, Value value) {
  LLVM::StoreOp::create(builder, loc, value, at(base, offset));
}

void EntryPointBuilder::storeInteger(Value base, uint64_t offset, unsigned bits, uint64_t value) {
  store(base, offset, integer(bits, value));
}

Value EntryPointBuilder::compare(LLVM::ICmpPredicate predicate, Value a, Value b) {
  return LLVM::ICmpOp::create(builder, loc, predicate, a, b);
}

Value EntryPointBuilder::isNull(Value value) {
  return compare(LLVM::ICmpPredicate::eq, value, LLVM::ZeroOp::create(builder, loc, pointer));
}

void EntryPointBuilder::finish() {
  if (isa<LLVM::LLVMVoidType>(function.getFunctionType().getReturnType()))
    LLVM::ReturnOp::create(builder, loc, ValueRange());
  else
    LLVM::ReturnOp::create(builder, loc, integer(32, INGOT_OK));
}

/// A loop, since no library has memcpy for us.
void EntryPointBuilder::copyConstant(Value into, StringRef symbol, uint64_t bytes) {
  constexpr uint64_t wordBytes = 8;
  if (bytes == 0)
    return;
  Value from = LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
  Block *before = builder.getInsertionBlock();
  Type word = builder.getI64Type(), count = builder.getIntegerType(indexBits);
  Block *loop = builder.createBlock(&function.getBody(), std::next(before->getIterator()), {count}, {loc});
  Block *after = builder.createBlock(&function.getBody(), std::next(loop->getIterator()));
  builder.setInsertionPointToEnd(before);
  LLVM::BrOp::create(builder, loc, ValueRange{index(0)}, loop);

  builder.setInsertionPointToEnd(loop);
  Value number = loop->getArgument(0);
  auto wordOf = [&](Value base) -> Value {
    return LLVM::GEPOp::create(builder, loc, pointer, word, base, ArrayRef<LLVM::GEPArg>{number});
  };
  LLVM::StoreOp::create(builder, loc, LLVM::LoadOp::create(builder, loc, word, wordOf(from)), wordOf(into));
  Value next = LLVM::AddOp::create(builder, loc, number, index(1));
  Value more = compare(LLVM::ICmpPredicate::ult, next, index(bytes / wordBytes));
  LLVM::CondBrOp::create(builder, loc, more, loop, ValueRange{next}, after, ValueRange());
  builder.setInsertionPointToEnd(after);
}

/// The address is an operand of the call, so that a copy of the function can read it in
/// another way.
void EntryPointBuilder::copyFloats(Value into, StringRef symbol, uint64_t count) {
  constexpr StringLiteral name = "ingot_copy_weights";
  if (count == 0)
    return;
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    Type size = builder.getIntegerType(indexBits), none = LLVM::LLVMVoidType::get(builder.getContext());
    auto copy = LLVM::LLVMFuncOp::create(builder, loc, name, LLVM::LLVMFunctionType::get(none, {pointer, pointer}),
                                         LLVM::Linkage::Internal);
    setAttributes(copy);
    Block *entry = copy.addEntryBlock(builder);
    Block *loop = builder.createBlock(&copy.getBody(), copy.getBody().end(), {size}, {loc});
    Block *exit = builder.createBlock(&copy.getBody(), copy.getBody().end());
    builder.setInsertionPointToEnd(entry);
    LLVM::BrOp::create(builder, loc, ValueRange{index(0)}, loop);
    builder.setInsertionPointToEnd(loop);
    Value number = loop->getArgument(0);
    Type f32 = builder.getF32Type();
    auto element = [&](Value base) -> Value {
      return LLVM::GEPOp::create(builder, loc, pointer, f32, base, ArrayRef<LLVM::GEPArg>{number});
    };
    LLVM::StoreOp::create(builder, loc, LLVM::LoadOp::create(builder, loc, f32, element(entry->getArgument(0))),
                          element(entry->getArgument(1)));
    Value next = LLVM::AddOp::create(builder, loc, number, index(1));
    Value more = compare(LLVM::ICmpPredicate::ult, next, index(count));
    LLVM::CondBrOp::create(builder, loc, more, loop, ValueRange{next}, exit, ValueRange());
    builder.setInsertionPointToEnd(exit);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
  }
  Value from = LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
  LLVM::CallOp::create(builder, loc, module.lookupSymbol<LLVM::LLVMFuncOp>(name), ValueRange{from, into});
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

void EntryPointBuilder::replaceNull(StringRef name, StringRef symbol, StringRef ifAlso) {
  Value &argument = arguments[name];
  Value constant = LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
  Value condition = isNull(argument);
  if (!ifAlso.empty())
    condition = LLVM::AndOp::create(builder, loc, condition, isNull(this->argument(ifAlso)));
  argument = LLVM::SelectOp::create(builder, loc, condition, constant, argument);
}

void EntryPointBuilder::refuseIf(Value bad, int32_t status) { returnIf(bad, integer(32, status)); }

void EntryPointBuilder::returnIf(Value bad, Value status) {
  Block *from = builder.getInsertionBlock();
  // Refusals gather at the end of the function, off the path of a good call.
  Block *refused = builder.createBlock(&function.getBody(), function.getBody().end());
  LLVM::ReturnOp::create(builder, loc, status);
  Block *next = builder.createBlock(&function.getBody(), std::next(from->getIterator()));
  builder.setInsertionPointToEnd(from);
  LLVM::CondBrOp::create(builder, loc, bad, refused, ValueRange(), next, ValueRange());
  builder.setInsertionPointToEnd(next);
}

void EntryPointBuilder::checkNotNull(Value value) { refuseIf(isNull(value), INGOT_NULL_ARGUMENT); }

void EntryPointBuilder::checkAligned(ArrayRef<Value> pointers, uint64_t alignment) {
  Value bits;
  for (Value pointer : pointers) {
    Value address = LLVM::PtrToIntOp::create(builder, loc, builder.getIntegerType(indexBits), pointer);
    bits = bits ? LLVM::OrOp::create(builder, loc, bits, address).getResult() : address;
  }
  Value low = LLVM::AndOp::create(builder, loc, bits, index(alignment - 1));
  refuseIf(compare(LLVM::ICmpPredicate::ne, low, index(0)), INGOT_MISALIGNED);
}

void EntryPointBuilder::checkHost(Value host, int64_t mostThreads) {
  unlessNull(host, [&] {
    Value size = load(host, offsetof(ingot_host, struct_size), builder.getI32Type());
    refuseIf(compare(LLVM::ICmpPredicate::ult, size, integer(32, HostLayout(indexBits).bytes)), INGOT_ABI_MISMATCH);
    Value threads = load(host, offsetof(ingot_host, threads), builder.getI32Type());
    refuseIf(compare(LLVM::ICmpPredicate::ugt, threads, integer(32, mostThreads)), INGOT_TOO_MANY_THREADS);
  });
}

void EntryPointBuilder::checkHash(Value block, uint64_t hash, int32_t status) {
  Value found = load(block, 0, builder.getI64Type());
  refuseIf(compare(LLVM::ICmpPredicate::ne, found, integer(64, hash)), status);
}

void EntryPointBuilder::checkBatch(Value batch, int64_t maxBatch) {
  // One unsigned comparison: 0 and negative numbers wrap to large ones.
  Value less = LLVM::SubOp::create(builder, loc, batch, integer(32, 1));
  refuseIf(compare(LLVM::ICmpPredicate::uge, less, integer(32, maxBatch)), INGOT_BATCH_OUT_OF_RANGE);
}

void EntryPointBuilder::unlessNull(Value value, function_ref<void()> then) {
  Value null = isNull(value);
  Block *from = builder.getInsertionBlock();
  Block *inside = builder.createBlock(&function.getBody(), std::next(from->getIterator()));
  Block *after = builder.createBlock(&function.getBody(), std::next(inside->getIterator()));
  builder.setInsertionPointToEnd(from);
  LLVM::CondBrOp::create(builder, loc, null, after, ValueRange(), inside, ValueRange());
  builder.setInsertionPointToEnd(inside);
  then();
  LLVM::BrOp::create(builder, loc, ValueRange(), after);
  builder.setInsertionPointToEnd(after);
}

/// i1 f(ptr labels, index count, i32 classes): is every label in [0, classes)? So
/// are indices checked.
LLVM::LLVMFuncOp EntryPointBuilder::labelCheck() {
  constexpr StringLiteral name = "ingot_labels_in_range";
  if (auto existing = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return existing;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  Type i1 = builder.getI1Type(), i32 = builder.getI32Type(), size = builder.getIntegerType(indexBits);
  auto check = LLVM::LLVMFuncOp::create(builder, loc, name, LLVM::LLVMFunctionType::get(i1, {pointer, size, i32}),
                                        LLVM::Linkage::Internal);
  setAttributes(check);
  Block *entry = check.addEntryBlock(builder);
  Value labels = entry->getArgument(0), count = entry->getArgument(1), classes = entry->getArgument(2);
  nameArguments(check, {"labels", "count", "classes"});
  Block *loop = builder.createBlock(&check.getBody(), check.getBody().end(), {size, i1}, {loc, loc});
  Block *exit = builder.createBlock(&check.getBody(), check.getBody().end());
  builder.setInsertionPointToEnd(entry);
  LLVM::BrOp::create(builder, loc, ValueRange{index(0), integer(1, 1)}, loop);

  builder.setInsertionPointToEnd(loop);
  Value number = loop->getArgument(0);
  Value place = LLVM::GEPOp::create(builder, loc, pointer, i32, labels, ArrayRef<LLVM::GEPArg>{number});
  Value label = LLVM::LoadOp::create(builder, loc, i32, place);
  Value inRange = compare(LLVM::ICmpPredicate::ult, label, classes);
  Value all = LLVM::AndOp::create(builder, loc, loop->getArgument(1), inRange);
  Value next = LLVM::AddOp::create(builder, loc, number, index(1));
  Value more = compare(LLVM::ICmpPredicate::ult, next, count);
  LLVM::CondBrOp::create(builder, loc, more, loop, ValueRange{next, all}, exit, ValueRange());

  builder.setInsertionPointToEnd(exit);
  LLVM::ReturnOp::create(builder, loc, all);
  return check;
}

void EntryPointBuilder::checkLabels(Value labels, LLVM::LLVMFuncOp body, unsigned argument, int32_t status) {
  auto limit = body.getArgAttrOfType<IntegerAttr>(argument, names::classes);
  if (!limit)
    return;
  const int64_t classes = limit.getInt();
  const int64_t perSample = body.getArgAttrOfType<IntegerAttr>(argument, names::labelsPerSample).getInt();
  LLVM::LLVMFuncOp check = labelCheck();
  Value batch = asIndex(this->argument("batch"));
  Value count = LLVM::MulOp::create(builder, loc, batch, index(perSample));
  Value good = LLVM::CallOp::create(builder, loc, check, ValueRange{labels, count, integer(32, classes)}).getResult();
  refuseIf(compare(LLVM::ICmpPredicate::eq, good, integer(1, 0)), status);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The 1 that stands for every sample weight when there are none.
Value EntryPointBuilder::unitWeight() {
  constexpr StringLiteral name = "ingot_unit_weight";
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    LLVM::GlobalOp::create(builder, loc, builder.getF32Type(), /*isConstant=*/true, LLVM::Linkage::Internal, name,
                           builder.getF32FloatAttr(1), /*alignment=*/4);
  }
  return LLVM::AddressOfOp::create(builder, loc, pointer, name);
}

/// One without a host, and of a host that does not say how to use more.
Value EntryPointBuilder::threadsOf(Value host) {
  Value one = index(1), none = isNull(host);
  Block *from = builder.getInsertionBlock();
  Block *inside = builder.createBlock(&function.getBody(), std::next(from->getIterator()));
  Block *after = builder.createBlock(&function.getBody(), std::next(inside->getIterator()), {one.getType()}, {loc});
  builder.setInsertionPointToEnd(from);
  LLVM::CondBrOp::create(builder, loc, none, after, ValueRange{one}, inside, ValueRange());
  builder.setInsertionPointToEnd(inside);
  Value offered = asIndex(load(host, offsetof(ingot_host, threads), builder.getI32Type()));
  Value alone = isNull(load(host, HostLayout(indexBits).parallelFor, pointer));
  alone = LLVM::OrOp::create(builder, loc, alone, compare(LLVM::ICmpPredicate::eq, offered, index(0)));
  LLVM::BrOp::create(builder, loc, ValueRange{LLVM::SelectOp::create(builder, loc, alone, one, offered)}, after);
  builder.setInsertionPointToEnd(after);
  return after->getArgument(0);
}

void EntryPointBuilder::callEntry(const std::string &name, ValueRange operands) {
  auto call = LLVM::CallOp::create(builder, loc, module.lookupSymbol<LLVM::LLVMFuncOp>(name), operands);
  call.setNoInline(true);
  returnIf(compare(LLVM::ICmpPredicate::ne, call.getResult(), integer(32, INGOT_OK)), call.getResult());
}

void EntryPointBuilder::callBody(LLVM::LLVMFuncOp body) {
  LLVM::CallOp::create(builder, loc, body, operandsOf(body, /*isFirst=*/true));
}

void EntryPointBuilder::callBody(LLVM::LLVMFuncOp body, LLVM::LLVMFuncOp prepared) {
  SmallVector<Value> operands = operandsOf(body, /*isFirst=*/true);
  Value null = isNull(argument("prepared"));
  Block *from = builder.getInsertionBlock();
  auto blockAfter = [&](Block *before) {
    return builder.createBlock(&function.getBody(), std::next(before->getIterator()));
  };
  Block *plain = blockAfter(from), *ready = blockAfter(plain), *after = blockAfter(ready);
  builder.setInsertionPointToEnd(from);
  LLVM::CondBrOp::create(builder, loc, null, plain, ValueRange(), ready, ValueRange());
  builder.setInsertionPointToEnd(plain);
  LLVM::CallOp::create(builder, loc, body, operands);
  LLVM::BrOp::create(builder, loc, ValueRange(), after);
  builder.setInsertionPointToEnd(ready);
  LLVM::CallOp::create(builder, loc, prepared, operandsOf(prepared, /*isFirst=*/false));
  LLVM::BrOp::create(builder, loc, ValueRange(), after);
  builder.setInsertionPointToEnd(after);
}

void EntryPointBuilder::callBodyOr(LLVM::LLVMFuncOp body, StringRef name, StringRef symbol) {
  SmallVector<Value> operands = operandsOf(body, /*isFirst=*/true);
  Value given = argument(name), null = isNull(given);
  Block *from = builder.getInsertionBlock();
  auto blockAfter = [&](Block *before) {
    return builder.createBlock(&function.getBody(), std::next(before->getIterator()));
  };
  Block *plain = blockAfter(from), *constant = blockAfter(plain), *after = blockAfter(constant);
  builder.setInsertionPointToEnd(from);
  LLVM::CondBrOp::create(builder, loc, null, constant, ValueRange(), plain, ValueRange());
  builder.setInsertionPointToEnd(plain);
  LLVM::CallOp::create(builder, loc, body, operands);
  LLVM::BrOp::create(builder, loc, ValueRange(), after);
  builder.setInsertionPointToEnd(constant);
  Value held = LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
  llvm::replace(operands, given, held);
  LLVM::CallOp::create(builder, loc, body, operands);
  LLVM::BrOp::create(builder, loc, ValueRange(), after);
  builder.setInsertionPointToEnd(after);
}

SmallVector<Value> EntryPointBuilder::operandsOf(LLVM::LLVMFuncOp body, bool isFirst) {
  const uint64_t pointerBytes = indexBits / 8;
  SmallVector<Value> operands;
  Value weightStride;
  uint64_t input = 0, output = 0, target = 0;
  auto field = [&](StringRef block, uint64_t index) { return load(argument(block), index * pointerBytes, pointer); };
  auto tensor = [&](StringRef block, uint64_t index) {
    Value data = field(block, index);
    if (isFirst) {
      checkNotNull(data);
      checkAligned(data, 4);
    }
    return data;
  };
  for (unsigned i = 0; i < body.getNumArguments(); ++i) {
    StringRef role = body.getArgAttrOfType<StringAttr>(i, names::role).getValue();
    if (role == "batch") {
      // Kinds without a batch work on variables alone and ignore it.
      Value batch = arguments.count("batch") ? argument("batch") : integer(32, 1);
      operands.push_back(asIndex(batch));
    } else if (role == "input") {
      operands.push_back(tensor("in", input++));
      if (isFirst)
        checkLabels(operands.back(), body, i, INGOT_INDEX_OUT_OF_RANGE);
    } else if (role == "output") {
      operands.push_back(tensor("out", output++));
    } else if (role == "target") {
      operands.push_back(tensor("targets", 2 * target++));
      checkLabels(operands.back(), body, i, INGOT_LABEL_OUT_OF_RANGE);
    } else if (role == "sample_weight") {
      Value weights = field("targets", 2 * (target - 1) + 1);
      checkAligned(weights, 4);
      Value missing = isNull(weights);
      weightStride = LLVM::SelectOp::create(builder, loc, missing, index(0), index(1));
      operands.push_back(LLVM::SelectOp::create(builder, loc, missing, unitWeight(), weights));
    } else if (role == "sample_weight_stride") {
      operands.push_back(weightStride);
    } else if (role == "threads") {
      operands.push_back(threadsOf(argument("host")));
    } else if (auto offset = body.getArgAttrOfType<IntegerAttr>(i, names::offset)) {
      operands.push_back(at(argument("prepared"), offset.getInt()));
    } else {
      assert(arguments.count(role) && "the C signature lacks what the body needs");
      operands.push_back(argument(role));
    }
  }
  return operands;
}

//===----------------------------------------------------------------------===//
// Running means
//===----------------------------------------------------------------------===//

void EntryPointBuilder::mergeMean(Value into, Value from, uint64_t base) {
  Type f32 = builder.getF32Type(), i32 = builder.getI32Type();
  auto sub = [&](Value a, Value b) -> Value { return LLVM::FSubOp::create(builder, loc, a, b); };
  auto add = [&](Value a, Value b) -> Value { return LLVM::FAddOp::create(builder, loc, a, b); };
  uint64_t lost = base + Layout::compensationOffset, count = base + Layout::countOffset;
  Value before = load(into, base, f32);
  Value both = add(load(into, lost, f32), load(from, lost, f32));
  Value corrected = sub(load(from, base, f32), both);
  Value after = add(before, corrected);
  Value total = LLVM::AddOp::create(builder, loc, load(into, count, i32), load(from, count, i32));
  store(into, lost, sub(sub(after, before), corrected));
  store(into, base, after);
  store(into, count, total);
}

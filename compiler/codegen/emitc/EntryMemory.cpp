//===- EntryMemory.cpp - what entry points point at -----------------------===//

#include "codegen/emitc/EntryPrinter.h"

#include "codegen/HostLayout.h"
#include "lower/Layout.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

#include <ingot/abi.h>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

unsigned EntryPrinter::indexBits() {
  return DataLayout(function->getParentOfType<ModuleOp>()).getTypeSizeInBits(IndexType::get(function.getContext()));
}

static bool isConstant(StringRef type) { return type.starts_with("const "); }

/// `base`, so many bytes on.
static std::string bytesFrom(StringRef base, StringRef type, const Twine &distance) {
  return ("((" + Twine(isConstant(type) ? "const " : "") + "unsigned char *)" + base + " + " + distance + ")").str();
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

void EntryPrinter::step(LLVM::GEPOp place) {
  Pointer pointer = pointers.lookup(place.getBase());
  Type element = place.getElemType();
  const uint64_t bytes = isa<LLVM::LLVMPointerType>(element) ? indexBits() / 8 : element.getIntOrFloatBitWidth() / 8;
  if (place.getDynamicIndices().empty()) {
    pointer.offset += place.getRawConstantIndices().front() * bytes;
  } else {
    failed |= !pointer.index.empty();
    pointer.index = expression(place.getDynamicIndices().front()).in(Binding::Unary);
    pointer.indexBytes = bytes;
  }
  pointers[place.getResult()] = pointer;
}

static std::string memberOfHost(uint64_t offset, unsigned bits) {
  const HostLayout layout(bits);
  if (offset == offsetof(ingot_host, struct_size))
    return "struct_size";
  if (offset == offsetof(ingot_host, threads))
    return "threads";
  return offset == layout.parallelFor ? "parallel_for" : offset == layout.context ? "ctx" : "";
}

/// The place that is read or written, as C names it.
std::string EntryPrinter::access(Value pointer, Type type, bool isWrite) {
  const Pointer place = pointers.lookup(pointer);
  if (place.base == "host" && !memberOfHost(place.offset, indexBits()).empty())
    return "host->" + memberOfHost(place.offset, indexBits());
  auto members = header.members.find(place.base == "into" || place.base == "from" ? "metrics" : place.base);
  if (members != header.members.end() && members->first == "metrics") {
    static constexpr const char *fields[] = {"sum", "compensation", "count"};
    return place.base + "->" + members->second.at(place.offset / Layout::meanBytes) + "." +
           fields[place.offset % Layout::meanBytes / 4];
  }
  if (members != header.members.end())
    return place.base + "->" + members->second.at(place.offset / (indexBits() / 8));

  const std::string to = (isWrite ? "" : "const ") + memoryType(type) + " *";
  const uint64_t bytes = type.getIntOrFloatBitWidth() / 8;
  if (!place.index.empty() && place.indexBytes == bytes && place.offset == 0)
    return "((" + to + ")" + place.base + ")[" + place.index + "]";
  std::string distance = place.indexBytes == 1 ? place.index : place.index + " * " + std::to_string(place.indexBytes) + "u";
  if (place.index.empty())
    distance = std::to_string(place.offset);
  else if (place.offset)
    distance += " + " + std::to_string(place.offset);
  if (place.index.empty() && place.offset == 0)
    return type.isF32() && StringRef(place.type).ends_with("float *") ? "*" + place.base : "*(" + to + ")" + place.base;
  return "*(" + to + ")" + bytesFrom(place.base, to, distance);
}

std::string EntryPrinter::pointerText(Value pointer) {
  auto known = pointers.find(pointer);
  return known == pointers.end() ? expression(pointer).text : known->second.base;
}

/// As an argument of that type.
std::string EntryPrinter::pointerAs(Value pointer, StringRef type) {
  auto known = pointers.find(pointer);
  if (known == pointers.end())
    return expression(pointer).text;
  const Pointer &place = known->second;
  failed |= !place.index.empty();
  if (place.offset)
    return "(" + type.str() + ")" + bytesFrom(place.base, type, Twine(place.offset));
  // All objects become a void; and for constants so does a constant.
  const bool isSame = place.type == type || type == "const void *" || (type == "void *" && !isConstant(place.type));
  return (isSame ? "" : "(" + type.str() + ")") + place.base;
}

//===----------------------------------------------------------------------===//
// The caller's pointers, and the object's own
//===----------------------------------------------------------------------===//

/// What stands for a pointer that the caller may leave out.
void EntryPrinter::choosePointer(LLVM::SelectOp choice) {
  const Pointer given = pointers.lookup(choice.getFalseValue());
  const std::string condition = expression(choice.getCondition()).in(Binding::Or);
  // A member of a struct has its type in the header.
  if (given.base.empty()) {
    expressions[choice.getResult()] = {condition + " ? " + pointerText(choice.getTrueValue()) + " : " + pointerText(choice.getFalseValue()),
                                       Binding::Ternary};
    return;
  }
  const std::string name = given.base + "_or_own";
  writer.line(given.type + "const " + name + " = " + condition + " ? " + pointerAs(choice.getTrueValue(), given.type) + " : " +
              given.base + ";");
  pointers[choice.getResult()] = {name, given.type};
}

/// A struct of pointers for another entry point, which says what it is.
void EntryPrinter::declareStruct(LLVM::AllocaOp block) {
  for (OpOperand &use : block.getResult().getUses()) {
    auto call = dyn_cast<LLVM::CallOp>(use.getOwner());
    auto callee = call ? function->getParentOfType<ModuleOp>().lookupSymbol<LLVM::LLVMFuncOp>(*call.getCallee()) : LLVM::LLVMFuncOp();
    if (!callee)
      continue;
    auto [type, member] = parametersOf(callee)[use.getOperandNumber()];
    StringRef structType = type;
    structType.consume_front("const ");
    structType.consume_back(" *");
    const std::string name = "test_" + member;
    writer.line(structType + " " + name + " = {0};");
    structs[block.getResult()] = member;
    pointers[block.getResult()] = {"&" + name, type};
    return;
  }
  failed = true;
}

/// Prints the store if it is of a member of such a struct.
bool EntryPrinter::isMember(LLVM::StoreOp store) {
  auto place = store.getAddr().getDefiningOp<LLVM::GEPOp>();
  Value block = place ? Value(place.getBase()) : store.getAddr();
  auto known = structs.find(block);
  if (known == structs.end())
    return false;
  const Pointer to = pointers.lookup(store.getAddr());
  const std::string member = header.members.at(known->second).at(to.offset / (indexBits() / 8));
  std::string value = pointerAs(store.getValue(), known->second == "out" ? "void *" : "const void *");
  if (StringRef(value).starts_with("&"))
    value = "(const void *)" + value;
  writer.line(StringRef(to.base).drop_front().str() + "." + member + " = " + value + ";");
  return true;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The batch was given as a signed number of 32 bits.
std::string EntryPrinter::asSigned(Value value, const std::string &type) {
  if (auto extended = value.getDefiningOp<LLVM::ZExtOp>()) {
    StringRef text = expression(extended.getArg()).text;
    if (text.consume_front("(uint32_t)") || matchPattern(extended.getArg(), m_Constant()))
      return "(" + type + ")" + text.str();
  }
  return "(" + type + ")" + expression(value).in(Binding::Unary);
}

/// Arguments are cast to what the function is declared with.
std::string EntryPrinter::call(LLVM::CallOp call) {
  const std::string name = cIdentifier(*call.getCallee());
  auto callee = function->getParentOfType<ModuleOp>().lookupSymbol<LLVM::LLVMFuncOp>(*call.getCallee());
  const Parameters parameters = parametersOf(callee);
  std::string text = name + "(";
  for (auto [i, argument] : llvm::enumerate(call.getArgOperands())) {
    const std::string &type = parameters[i].first;
    text += i ? ", " : "";
    if (isa<LLVM::LLVMPointerType>(argument.getType()))
      text += pointerAs(argument, type);
    else if (type == cType(argument.getType()) || matchPattern(argument, m_Constant()))
      text += expression(argument).text;
    else
      text += asSigned(argument, type);
  }
  return text + ")";
}

//===- CTypes.cpp - types, numbers and expressions of C -------------------===//

#include "codegen/emitc/CTypes.h"

#include "llvm/ADT/StringExtras.h"

#include <array>
#include <charconv>

using namespace mlir;
using namespace ingot::codegen;

static bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

bool Expression::isName() const {
  return !text.empty() && !llvm::isDigit(text.front()) && llvm::all_of(text, isWordCharacter);
}

std::string ingot::codegen::cType(Type scalar) {
  if (scalar.isF32())
    return "float";
  if (scalar.isF64())
    return "double";
  if (scalar.isIndex())
    return "ptrdiff_t";
  if (scalar.isInteger(1))
    return "_Bool";
  if (auto integer = dyn_cast<IntegerType>(scalar); integer && llvm::is_contained({8u, 16u, 32u, 64u}, integer.getWidth()))
    return "uint" + std::to_string(integer.getWidth()) + "_t";
  return {};
}

std::string ingot::codegen::signedType(Type integer) {
  return integer.isIndex() ? "ptrdiff_t" : "int" + std::to_string(integer.getIntOrFloatBitWidth()) + "_t";
}

std::string ingot::codegen::memoryType(Type element) {
  if (element.isInteger(1))
    return "uint8_t";
  if (element.isInteger(8))
    return "unsigned char";
  if (element.isF32() || element.isInteger(32) || element.isInteger(64))
    return (element.isF32() ? "ingot_f" : "ingot_i") + std::to_string(element.getIntOrFloatBitWidth());
  return isa<IntegerType>(element) ? signedType(element) : cType(element);
}

const Expression &ingot::codegen::lookUp(const Expressions &expressions, Value value, bool &failed) {
  if (auto known = expressions.find(value); known != expressions.end())
    return known->second;
  static const Expression none = {"0"};
  failed = true;
  return none;
}

static Expression floatConstant(APFloat value) {
  const bool isSingle = &value.getSemantics() == &APFloat::IEEEsingle();
  if (!value.isFinite() && isSingle)
    return {"ingot_float_of(0x" + llvm::utohexstr(value.bitcastToAPInt().getZExtValue(), true) + "u)", Binding::Primary};
  std::array<char, 64> digits;
  auto end = isSingle ? std::to_chars(digits.begin(), digits.end(), value.convertToFloat())
                      : std::to_chars(digits.begin(), digits.end(), value.convertToDouble());
  std::string text(digits.begin(), end.ptr);
  if (!StringRef(text).contains_insensitive("e") && !StringRef(text).contains('.'))
    text += ".0";
  return {text + (isSingle ? "f" : ""), value.isNegative() ? Binding::Unary : Binding::Primary};
}

Expression ingot::codegen::cConstant(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return floatConstant(number.getValue());
  auto number = cast<IntegerAttr>(value);
  if (number.getType().isInteger(1))
    return {number.getValue().isZero() ? "0" : "1"};
  if (number.getType().isIndex()) {
    const int64_t index = number.getInt();
    return {std::to_string(index), index < 0 ? Binding::Unary : Binding::Primary};
  }
  const bool isLong = number.getType().getIntOrFloatBitWidth() > 32;
  const uint64_t bits = number.getValue().getZExtValue();
  // What is so large are bits of something.
  if (bits > UINT32_MAX)
    return {"0x" + llvm::utohexstr(bits, true) + "ull"};
  return {std::to_string(bits) + (isLong ? "ull" : "u")};
}

bool ingot::codegen::mentions(StringRef text, StringRef name) {
  for (size_t at = text.find(name); at != StringRef::npos; at = text.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || !isWordCharacter(text[at - 1])) && (end == text.size() || !isWordCharacter(text[end])))
      return true;
  }
  return false;
}

//===- VerifyObject.cpp - what an object may need ------------------------===//
//
// The last word on what was promised of an object: it is read back.
//
//===----------------------------------------------------------------------===//

#include "codegen/VerifyObject.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Object/Wasm.h"

using namespace llvm;

/// Run-time ABI for the Arm architecture, 4.1 to 4.3: f32 and 64-bit integers.
static constexpr StringLiteral armFloats[] = {
    "__aeabi_fadd",   "__aeabi_fsub",   "__aeabi_frsub",  "__aeabi_fmul",   "__aeabi_fdiv",   "__aeabi_fcmpeq",
    "__aeabi_fcmplt", "__aeabi_fcmple", "__aeabi_fcmpge", "__aeabi_fcmpgt", "__aeabi_fcmpun", "__aeabi_f2iz",
    "__aeabi_f2uiz",  "__aeabi_i2f",    "__aeabi_ui2f"};
static constexpr StringLiteral armIntegers[] = {"__aeabi_idiv",   "__aeabi_uidiv",   "__aeabi_idivmod",
                                                "__aeabi_uidivmod", "__aeabi_ldivmod", "__aeabi_uldivmod",
                                                "__aeabi_lmul",   "__aeabi_llsl",    "__aeabi_llsr"};

/// GCC internals, "Routines for floating point emulation" and "for integer arithmetic".
static constexpr StringLiteral gccFloats[] = {"__addsf3",  "__subsf3",     "__mulsf3",    "__divsf3",     "__eqsf2",
                                              "__nesf2",   "__ltsf2",      "__lesf2",     "__gesf2",      "__gtsf2",
                                              "__unordsf2", "__fixsfsi",   "__fixunssfsi", "__floatsisf", "__floatunsisf"};
static constexpr StringLiteral gccLongQuotients[] = {"__divdi3", "__udivdi3", "__moddi3", "__umoddi3"};
static constexpr StringLiteral gccIntegers[] = {"__mulsi3", "__muldi3", "__divsi3", "__udivsi3", "__modsi3", "__umodsi3"};

static constexpr StringLiteral wasmSymbols[] = {"__linear_memory", "__stack_pointer", "__indirect_function_table"};

SmallVector<StringRef> ingot::codegen::allowedSymbols(const MCSubtargetInfo &subtarget) {
  SmallVector<StringRef> allowed;
  auto allow = [&](ArrayRef<StringLiteral> symbols) { allowed.append(symbols.begin(), symbols.end()); };
  const Triple &triple = subtarget.getTargetTriple();
  if (triple.isThumb()) {
    allow(armIntegers);
    if (!subtarget.checkFeatures("+vfp2sp"))
      allow(armFloats);
  } else if (triple.isRISCV()) {
    const bool multiplies = subtarget.checkFeatures("+m");
    if (!multiplies)
      allow(gccIntegers);
    if (!multiplies || triple.isRISCV32())
      allow(gccLongQuotients);
    if (!subtarget.checkFeatures("+f"))
      allow(gccFloats);
  } else if (triple.isWasm()) {
    allow(wasmSymbols);
  }
  return allowed;
}

static Error bug(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message + "; this is a bug of the compiler");
}

/// WebAssembly has no read-only memory: what its object holds as data is a matter of
/// the module (EmitObject.cpp).
static bool isWritable(const object::SectionRef &section) {
  const object::ObjectFile *object = section.getObject();
  return object->isELF() && (object::ELFSectionRef(section).getFlags() & ELF::SHF_WRITE);
}

Error ingot::codegen::verifyObject(StringRef bytes, const MCSubtargetInfo &subtarget) {
  auto object = object::ObjectFile::createObjectFile(MemoryBufferRef(bytes, "object"));
  if (!object)
    return object.takeError();
  const SmallVector<StringRef> allowed = allowedSymbols(subtarget);
  for (const object::SymbolRef &symbol : (*object)->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    Expected<StringRef> name = symbol.getName();
    if (!flags || !name)
      return joinErrors(flags.takeError(), name.takeError());
    if ((*flags & object::SymbolRef::SF_Undefined) && !name->empty() && !is_contained(allowed, *name))
      return bug("the object would need the symbol `" + *name + "`");
  }
  for (const object::SectionRef &section : (*object)->sections())
    if (isWritable(section) && section.getSize() > 0)
      return bug("the object would have a writable section");
  return Error::success();
}

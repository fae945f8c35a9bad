//===- Sections.h - what a linker keeps of an object ------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace llvm::object {
class ELFObjectFileBase;
class ObjectFile;
class WasmObjectFile;
} // namespace llvm::object

namespace ingot::inspect {

/// Bytes of sections, without what stands between them for alignment.
struct LinkedSize {
  uint64_t text = 0, rodata = 0;
};

/// Sections of an object, or functions and constants of one of WebAssembly, and which
/// of them refer to which: the graph of which `--gc-sections` keeps what is reached.
class Sections {
public:
  static llvm::Expected<Sections> read(const llvm::object::ObjectFile &object);

  /// What is kept for these symbols.
  LinkedSize keptFor(llvm::ArrayRef<llvm::StringRef> symbols) const;
  /// All that would be in memory.
  LinkedSize all() const;

private:
  struct Section {
    uint64_t bytes = 0;
    bool isCode = false, isInMemory = false;
    llvm::SetVector<size_t> refersTo;
  };
  static llvm::Expected<Sections> readElf(const llvm::object::ELFObjectFileBase &object);
  static llvm::Expected<Sections> readWasm(const llvm::object::WasmObjectFile &object);
  void count(const Section &section, LinkedSize &size) const;

  std::vector<Section> sections; ///< by number in the file
  llvm::StringMap<size_t> symbols;
};

} // namespace ingot::inspect

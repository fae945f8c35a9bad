//===- CodeSize.cpp - whose code is how large -----------------------------===//

#include "inspect/CodeSize.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/Wasm.h"

using namespace llvm;
using namespace ingot::inspect;

/// `function` and all that it calls, directly or not.
static SetVector<const Function *> reachedFrom(const Function &function) {
  SetVector<const Function *> reached;
  reached.insert(&function);
  for (size_t i = 0; i < reached.size(); ++i)
    for (const BasicBlock &block : *reached[i])
      for (const Instruction &instruction : block)
        if (auto *call = dyn_cast<CallBase>(&instruction))
          if (const Function *callee = call->getCalledFunction(); callee && !callee->isDeclaration())
            reached.insert(callee);
  return reached;
}

static uint64_t sizeOf(const object::SymbolRef &function) {
  if (auto *wasm = dyn_cast<object::WasmObjectFile>(function.getObject()))
    return wasm->getSymbolSize(function);
  return object::ELFSymbolRef(function).getSize();
}

/// Bytes of each function.
static Expected<StringMap<uint64_t>> functionBytes(const object::ObjectFile &object) {
  StringMap<uint64_t> functions;
  for (const object::SymbolRef &symbol : object.symbols()) {
    Expected<StringRef> name = symbol.getName();
    Expected<object::SymbolRef::Type> type = symbol.getType();
    if (!name || !type)
      return joinErrors(name.takeError(), type.takeError());
    if (*type == object::SymbolRef::ST_Function)
      functions[*name] = sizeOf(symbol);
  }
  return functions;
}

Expected<CodeSizes> ingot::inspect::measureCode(const Module &module, StringRef object,
                                                const codegen::StackFrames &frames, StringRef prefix) {
  auto file = object::ObjectFile::createObjectFile(MemoryBufferRef(object, "object"));
  if (!file)
    return file.takeError();
  Expected<StringMap<uint64_t>> bytes = functionBytes(**file);
  if (!bytes)
    return bytes.takeError();
  Expected<Sections> sections = Sections::read(**file);
  if (!sections)
    return sections.takeError();
  CodeSizes sizes;
  sizes.text = sections->all().text;
  sizes.rodata = sections->all().rodata;
  std::vector<StringRef> called;
  MapVector<const Function *, std::vector<std::string>> users;
  for (const Function &function : module) {
    if (function.isDeclaration() || function.hasLocalLinkage())
      continue;
    StringRef entry = function.getName();
    if (entry.consume_front(prefix))
      entry.consume_front("_");
    sizes.own[entry.str()] = 0;
    sizes.linked[entry.str()] = sections->keptFor(function.getName());
    if (std::optional<codegen::StackUse> stack = codegen::stackOf(function.getName(), frames))
      sizes.stack[entry.str()] = std::move(*stack);
    if (entry != "model")
      called.push_back(function.getName());
    for (const Function *reached : reachedFrom(function))
      users[reached].push_back(entry.str());
  }
  for (auto &[function, entries] : users) {
    const uint64_t size = bytes->lookup(function->getName());
    if (entries.size() == 1) {
      sizes.own[entries.front()] += size;
      continue;
    }
    for (const std::string &entry : entries)
      sizes.shared[entry] += size;
    sizes.sharedFunctions.push_back({function->getName().str(), size, std::move(entries)});
  }
  sizes.linkedTogether = sections->keptFor(called);
  llvm::sort(sizes.sharedFunctions, [](const SharedFunction &a, const SharedFunction &b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
  });
  return sizes;
}

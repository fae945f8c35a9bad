//===- Sections.cpp - what a linker keeps of an object --------------------===//

#include "inspect/Sections.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/Wasm.h"

using namespace llvm;
using namespace ingot::inspect;

Expected<Sections> Sections::read(const object::ObjectFile &object) {
  if (const auto *wasm = dyn_cast<object::WasmObjectFile>(&object))
    return readWasm(*wasm);
  return readElf(cast<object::ELFObjectFileBase>(object));
}

Expected<Sections> Sections::readElf(const object::ELFObjectFileBase &object) {
  Sections graph;
  auto sectionOf = [&](const object::SymbolRef &symbol) -> Expected<Section *> {
    Expected<object::section_iterator> section = symbol.getSection();
    if (!section)
      return section.takeError();
    return *section == object.section_end() ? nullptr : &graph.sections[(*section)->getIndex()];
  };
  for (const object::ELFSectionRef section : object.sections()) {
    if (graph.sections.size() <= section.getIndex())
      graph.sections.resize(section.getIndex() + 1);
    Section &own = graph.sections[section.getIndex()];
    own.isCode = section.getFlags() & ELF::SHF_EXECINSTR;
    own.isInMemory = section.getFlags() & ELF::SHF_ALLOC;
    own.bytes = section.getSize();
  }
  for (const object::SectionRef relocations : object.sections()) {
    Expected<object::section_iterator> from = relocations.getRelocatedSection();
    if (!from)
      return from.takeError();
    if (*from == object.section_end())
      continue;
    const size_t number = (*from)->getIndex();
    // Tables of unwinding come with the code that they are about.
    const bool isAbout = object::ELFSectionRef(**from).getFlags() & ELF::SHF_LINK_ORDER;
    for (const object::RelocationRef &relocation : relocations.relocations()) {
      if (relocation.getSymbol() == object.symbol_end())
        continue;
      Expected<Section *> to = sectionOf(*relocation.getSymbol());
      if (!to)
        return to.takeError();
      if (*to && isAbout)
        (*to)->refersTo.insert(number);
      else if (*to)
        graph.sections[number].refersTo.insert(*to - graph.sections.data());
    }
  }
  for (const object::SymbolRef &symbol : object.symbols()) {
    Expected<StringRef> name = symbol.getName();
    Expected<Section *> section = sectionOf(symbol);
    if (!name || !section)
      return joinErrors(name.takeError(), section.takeError());
    if (*section && !name->empty())
      graph.symbols[*name] = *section - graph.sections.data();
  }
  return graph;
}

/// Its code is one section, its data another; linkers look at functions and segments.
Expected<Sections> Sections::readWasm(const object::WasmObjectFile &object) {
  Sections graph;
  ArrayRef<wasm::WasmFunction> functions = object.functions();
  ArrayRef<object::WasmSegment> segments = object.dataSegments();
  for (const wasm::WasmFunction &function : functions)
    graph.sections.push_back({function.Size, /*isCode=*/true, /*isInMemory=*/true, {}});
  for (const object::WasmSegment &segment : segments)
    graph.sections.push_back({segment.Data.Content.size(), /*isCode=*/false, /*isInMemory=*/true, {}});

  // By number of the symbol, as relocations have it.
  std::vector<std::optional<size_t>> sectionOf;
  for (const object::SymbolRef &reference : object.symbols()) {
    const object::WasmSymbol &symbol = object.getWasmSymbol(reference);
    sectionOf.emplace_back();
    if (symbol.isDefined() && symbol.isTypeFunction())
      sectionOf.back() = symbol.Info.ElementIndex - object.getNumImportedFunctions();
    else if (symbol.isDefined() && symbol.isTypeData())
      sectionOf.back() = functions.size() + symbol.Info.DataRef.Segment;
    if (sectionOf.back())
      graph.symbols[symbol.Info.Name] = *sectionOf.back();
  }
  auto addReferences = [&](const object::WasmSection &section, uint64_t begin, uint64_t bytes, size_t number) {
    for (const wasm::WasmRelocation &relocation : section.Relocations)
      if (relocation.Type != wasm::R_WASM_TYPE_INDEX_LEB && relocation.Offset >= begin &&
          relocation.Offset < begin + bytes && sectionOf[relocation.Index])
        graph.sections[number].refersTo.insert(*sectionOf[relocation.Index]);
  };
  for (const object::SectionRef &reference : object.sections()) {
    const object::WasmSection &section = object.getWasmSection(reference);
    if (section.Type == wasm::WASM_SEC_CODE)
      for (const auto &[i, function] : enumerate(functions))
        addReferences(section, function.CodeSectionOffset, function.Size, i);
    if (section.Type == wasm::WASM_SEC_DATA)
      for (const auto &[i, segment] : enumerate(segments))
        addReferences(section, segment.SectionOffset, segment.Data.Content.size(), functions.size() + i);
  }
  return graph;
}

void Sections::count(const Section &section, LinkedSize &size) const {
  if (section.isInMemory)
    (section.isCode ? size.text : size.rodata) += section.bytes;
}

LinkedSize Sections::all() const {
  LinkedSize size;
  for (const Section &section : sections)
    count(section, size);
  return size;
}

LinkedSize Sections::keptFor(ArrayRef<StringRef> names) const {
  SetVector<size_t> kept;
  for (StringRef name : names)
    if (auto section = symbols.find(name); section != symbols.end())
      kept.insert(section->second);
  LinkedSize size;
  for (size_t i = 0; i < kept.size(); ++i) {
    count(sections[kept[i]], size);
    kept.insert_range(sections[kept[i]].refersTo);
  }
  return size;
}

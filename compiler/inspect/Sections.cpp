//===- Sections.cpp - what a linker keeps of an object --------------------===//

#include "inspect/Sections.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/Wasm.h"

using namespace llvm;
using namespace ingot::inspect;

Expected<Sections> Sections::read(const object::ELFObjectFileBase &object) {
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

/// All functions are in one section, all constants in another. A linker takes them one
/// by one; what is told here is the most that it can keep.
Expected<Sections> Sections::read(const object::WasmObjectFile &object) {
  Sections graph;
  graph.sections.emplace_back();
  for (const object::SectionRef &section : object.sections())
    if (section.isText() || section.isData()) {
      graph.sections.front().refersTo.insert(graph.sections.size());
      graph.sections.push_back({section.getSize(), section.isText(), true, {}});
    }
  for (const object::SymbolRef &symbol : object.symbols()) {
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    graph.symbols[*name] = 0;
  }
  return graph;
}

Expected<Sections> Sections::read(const object::ObjectFile &object) {
  if (auto *wasm = dyn_cast<object::WasmObjectFile>(&object))
    return read(*wasm);
  return read(cast<object::ELFObjectFileBase>(object));
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

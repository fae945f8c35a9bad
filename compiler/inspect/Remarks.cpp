//===- Remarks.cpp - what passes told, collected --------------------------===//

#include "inspect/Remarks.h"

#include "ingot/Dialect/Locations.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Remarks.h"

#include <map>
#include <tuple>

using namespace mlir;
using namespace ingot::inspect;

std::string Remark::format() const {
  std::string text = (isMissed ? "missed" : "done") + (layer.empty() ? "" : ", `" + layer + "`") + ": " + message +
                     " [" + category + "/" + decision;
  for (size_t i = 0; i < entries.size(); ++i)
    text += (i ? ", " : ": ") + entries[i];
  return text + "]";
}

namespace {

struct Collector : remark::detail::MLIRRemarkStreamerBase {
  explicit Collector(std::vector<Remark> &remarks) : remarks(remarks) {}

  void streamOptimizationRemark(const remark::detail::Remark &told) override {
    Remark remark;
    remark.isMissed = told.getRemarkType() != llvm::remarks::Type::Passed;
    remark.category = told.getCategoryName().str();
    remark.decision = told.getRemarkName().str();
    remark.layer = ingot::nameOf(told.getLocation()).str();
    remark.place = placeIn(told.getLocation());
    for (const remark::detail::Remark::Arg &part : told.getArgs())
      remark.message += (remark.message.empty() ? "" : ": ") + part.val;
    std::string entry = told.getFunction().str();
    Remark &known = findOrAdd(std::move(remark));
    // Without one, MLIR says that it is unknown.
    if (!entry.starts_with("<") && !llvm::is_contained(known.entries, entry))
      known.entries.push_back(std::move(entry));
  }

private:
  Remark &findOrAdd(Remark remark) {
    for (Remark &known : remarks)
      if (known.isMissed == remark.isMissed && known.layer == remark.layer && known.decision == remark.decision &&
          known.category == remark.category && known.message == remark.message && known.place == remark.place)
        return known;
    remarks.push_back(std::move(remark));
    return remarks.back();
  }

  std::vector<Remark> &remarks;
};

} // namespace

std::vector<Remark> ingot::inspect::inOrderOfPlaces(std::vector<Remark> remarks) {
  std::map<std::tuple<std::string, unsigned, unsigned>, std::vector<Remark>> places;
  for (Remark &remark : remarks) {
    Place place = remark.place.value_or(Place());
    places[{place.file, place.line, place.column}].push_back(std::move(remark));
  }
  std::vector<Remark> ordered;
  for (auto &[place, own] : places)
    llvm::append_range(ordered, own);
  return ordered;
}

void ingot::inspect::collectRemarks(MLIRContext &context, std::vector<Remark> &remarks) {
  // `all` alone would only widen the others.
  remark::RemarkCategories all;
  all.passed = all.missed = all.analysis = all.failed = ".*";
  (void)remark::enableOptimizationRemarks(context, std::make_unique<Collector>(remarks),
                                          std::make_unique<remark::RemarkEmittingPolicyAll>(), all);
}

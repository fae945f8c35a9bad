//===- FitData.h - what fit trains and validates on ------------*- C++ -*-===//
#pragma once

#include "Stream.h"

namespace ingot::rt {

/// Throws Error unless all options are in their ranges.
void checkOptions(const CompiledModel &model, const FitOptions &options);

/// The data of a fit, checked. Streams refer to the feeds.
struct FitData {
  Feed trainingFeed, validationFeed;
  std::unique_ptr<Stream> training;
  std::unique_ptr<Stream> validation; ///< may be null
};

/// Binds the arrays of a fit and divides them into what is trained and what is
/// validated on.
std::unique_ptr<FitData> divide(const CompiledModel &model, const Arrays &x,
                                const Arrays &y, const FitOptions &options);

} // namespace ingot::rt

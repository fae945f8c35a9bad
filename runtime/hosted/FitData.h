//===- FitData.h - what fit trains and validates on ------------*- C++ -*-===//
#pragma once

#include "Stream.h"

namespace ingot::rt {

/// The data of a fit, checked. Streams refer to the feeds.
struct FitData {
  Feed trainingFeed, validationFeed;
  std::unique_ptr<Stream> training;
  std::unique_ptr<Stream> validation; ///< may be null
};

/// Checks all options, binds the arrays of a fit and divides them into what is
/// trained and what is validated on. Throws Error if anything does not fit.
std::unique_ptr<FitData> divide(const CompiledModel &model, const Arrays &x,
                                const Arrays &y, const FitOptions &options);

/// The same for a source.
std::unique_ptr<FitData> divide(const CompiledModel &model, BatchSource &source,
                                const FitOptions &options);

/// Streams of sources for evaluate and predict.
std::unique_ptr<Stream> evaluationOf(const CompiledModel &model,
                                     BatchSource &source);
std::unique_ptr<Stream> predictionOf(const CompiledModel &model,
                                     BatchSource &source);

} // namespace ingot::rt

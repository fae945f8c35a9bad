//===- Verify.h - a reference case through the compiled object -*- C++ -*-===//
//
// The `verify` verb: compiles the model of a case in this process, loads the
// bytes of its object file, repeats forward pass, gradients, training and
// evaluation of the case through the object's entries, and compares.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "driver/Compile.h"
#include "verify/Case.h"
#include "verify/LoadedModel.h"
#include "verify/Report.h"

namespace ingot::verify {

/// Runs the case in the folder `directory`. `options` says how to compile;
/// artefacts, entries, prefix and batch are chosen here.
Report verifyCase(const std::string &directory,
                  const driver::Options &options);

/// Runs the protocol of `reference` on `model` and compares with what it
/// expects.
std::vector<Check> runCase(const Case &reference, LoadedModel &model);

} // namespace ingot::verify

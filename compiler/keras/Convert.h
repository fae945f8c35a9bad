//===- Convert.h - Keras JSON as arguments of the front end ----*- C++ -*-===//
#pragma once

#include "frontend/LayerRegistry.h"
#include "ingot/Model.h"
#include "ingot/Spec.h"
#include "keras/Json.h"

namespace ingot::keras {

/// null -> None; "relu"; {"class_name": "L2", "config": {...}}.
Spec readSpec(const json::Value &value);

/// The arguments of a layer of class `className` from its `config`.
LayerConfig readLayerConfig(const json::Value &config, const std::string &name,
                            bool ignoreInitializers);

/// The member `compile` of a case, for a model with these outputs.
CompileOptions readCompileOptions(const json::Value &compile,
                                  const std::vector<std::string> &outputs);

} // namespace ingot::keras

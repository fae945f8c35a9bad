//===- RandomModel.h - functional models drawn from a seed -----*- C++ -*-===//
#pragma once

#include <ingot/ingot.h>

#include <set>
#include <string>

namespace ingot::numeric {

/// A functional model, compiled for training, that is a function of `seed`: some inputs,
/// a graph of layers of every class, some of them shared, models in it, called once
/// or twice, and some outputs with losses, weights of losses and metrics.
Model randomModel(unsigned seed);

/// Classes that `randomModel` draws from.
std::set<std::string> drawnClasses();

/// Classes of the layers of `model` and of models in it.
void addClasses(const graph::Model &model, std::multiset<std::string> &classes);

} // namespace ingot::numeric

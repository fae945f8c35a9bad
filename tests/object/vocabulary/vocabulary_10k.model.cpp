//===- vocabulary_10k.model.cpp - a table of 10,000 rows ------------------===//
#include "Vocabulary.h"

ingot::Model vocabulary_10k() { return vocabulary(10'000, "vocabulary_10k"); }
INGOT_MODEL(vocabulary_10k)

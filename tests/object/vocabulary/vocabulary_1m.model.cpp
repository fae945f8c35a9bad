//===- vocabulary_1m.model.cpp - a table of 1,000,000 rows ----------------===//
#include "Vocabulary.h"

ingot::Model vocabulary_1m() { return vocabulary(1'000'000, "vocabulary_1m"); }
INGOT_MODEL(vocabulary_1m)

//===- HostLayout.h - ingot_host on the target ------------------*- C++ -*-===//
#pragma once

#include <ingot/abi.h>

#include <cstdint>

namespace ingot::codegen {

/// Where the target's C compiler puts the members of `ingot_host` that are pointers:
/// two words of 32 bits, then pointers alone.
struct HostLayout {
  explicit constexpr HostLayout(unsigned pointerBits)
      : context(8), parallelFor(context + pointerBits / 8), beforeLayer(context + 2 * (pointerBits / 8)),
        afterLayer(context + 3 * (pointerBits / 8)), bytes(context + 4 * (pointerBits / 8)) {}
  uint64_t context, parallelFor, beforeLayer, afterLayer, bytes;
};

static_assert(HostLayout(8 * sizeof(void *)).context == offsetof(ingot_host, ctx));
static_assert(HostLayout(8 * sizeof(void *)).parallelFor == offsetof(ingot_host, parallel_for));
static_assert(HostLayout(8 * sizeof(void *)).beforeLayer == offsetof(ingot_host, before_layer));
static_assert(HostLayout(8 * sizeof(void *)).afterLayer == offsetof(ingot_host, after_layer));
static_assert(HostLayout(8 * sizeof(void *)).bytes == sizeof(ingot_host));

} // namespace ingot::codegen

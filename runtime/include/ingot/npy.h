//===- npy.h - reads and writes NPY and NPZ, NumPy's formats ---*- C++ -*-===//
//
// NPY is one array: a magic number, a version, a header in Python's syntax, the
// elements. NPZ is a ZIP of them. Their description is that of NumPy,
// `numpy.lib.format`, versions 1.0 to 3.0.
//
//   auto data = rt::read_npz("train.npz");           // numpy.savez(x=, y=)
//   model.fit(data["x"], data["y"]);
//   rt::write_npy("predictions.npy", model.predict(x)[0]);
//
// Types become those of Array: f4, i4 and u1 stay what they are, bool becomes
// u8, f2 becomes f32, exactly, f8 the nearest f32, other integers i32 if they
// fit. Big-endian files and those in Fortran's order are converted. A scalar
// becomes [1]. Complex numbers, text, dates, records and Python objects are
// refused by name. Nothing is executed.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace ingot::rt {

/// The array in the NPY file `path`. Throws Error, which names the file, if it
/// cannot be read, is no NPY file, is truncated, goes on after its last
/// element, or has elements that no Array has.
Array read_npy(const std::filesystem::path &path);
/// The same of a file in memory; `name` is for messages.
Array parse_npy(std::span<const std::byte> bytes, const std::string &name);

/// Writes `array` as version 1.0, all or nothing. Throws Error, which names the
/// file, if it cannot be written.
void write_npy(const std::filesystem::path &path, const Array &array);

/// The arrays in the NPZ file `path`, in its order, without ".npy" in their
/// names. Throws Error as for NPY, and if there is anything else in the file,
/// or its checksums do not hold.
NamedList<Array> read_npz(const std::filesystem::path &path);
/// The same of a file in memory; `name` is for messages.
NamedList<Array> parse_npz(std::span<const std::byte> bytes,
                           const std::string &name);

struct NpzOptions {
  /// As numpy.savez_compressed.
  bool compressed = false;
};

/// Writes `arrays`, all or nothing. The same arrays give the same bytes.
void write_npz(const std::filesystem::path &path,
               const NamedList<Array> &arrays, NpzOptions options = {});

} // namespace ingot::rt

//===- Idx.cpp - the IDX reader ------------------------------------------===//
//
// zlib reads plain files as well as gzip, so there is one path for both.
//
//===----------------------------------------------------------------------===//
#include "ingot/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>

using namespace ingot::rt;

namespace {

constexpr unsigned kU8 = 0x08, kI32 = 0x0C, kF32 = 0x0D;

/// An open file that knows its name for messages.
class Reader {
public:
  explicit Reader(const std::filesystem::path &path)
      : name(path.string()), file(gzopen(name.c_str(), "rb"), &gzclose) {
    if (!file)
      throw Error(fmt::format("`{}` cannot be opened", name));
    gzbuffer(file.get(), 1 << 17);
  }

  [[noreturn]] void refuse(const std::string &why) const {
    throw Error(fmt::format("`{}` {}", name, why));
  }

  /// Up to `count` bytes; fewer only at the end of the file.
  std::size_t read(void *to, std::size_t count) {
    const int got = gzread(file.get(), to, static_cast<unsigned>(count));
    // A gzip stream that ends early is reported here only when what came
    // before the break has been handed out.
    int code = Z_OK;
    const char *message = gzerror(file.get(), &code);
    if (code == Z_BUF_ERROR)
      refuse("is truncated: its gzip stream has no end");
    if (got < 0 || code < 0)
      refuse(fmt::format("cannot be read: {}",
                         code == Z_ERRNO ? "input/output error" : message));
    return static_cast<std::size_t>(got);
  }

private:
  std::string name;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file;
};

} // namespace

static std::uint32_t bigEndian(const std::uint8_t *bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

template <class T>
static Array decode(const std::vector<std::uint8_t> &bytes, Shape shape) {
  std::vector<T> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::bit_cast<T>(bigEndian(&bytes[i * sizeof(T)]));
  return {std::move(values), std::move(shape)};
}

/// The elements, of which the header promises `wanted` bytes. It may lie, so
/// memory grows with what has been read.
static std::vector<std::uint8_t> readElements(Reader &file,
                                              std::uint64_t wanted) {
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < wanted) {
    const std::size_t have = bytes.size();
    const std::uint64_t chunk =
        std::clamp<std::uint64_t>(have, 1 << 16, 1 << 26);
    bytes.resize(have + std::min(chunk, wanted - have));
    const std::size_t got = file.read(bytes.data() + have, bytes.size() - have);
    if (have + got < bytes.size())
      file.refuse(fmt::format("is truncated: it has {} bytes of elements and "
                              "its header promises {}",
                              have + got, wanted));
  }
  std::uint8_t extra;
  if (file.read(&extra, 1))
    file.refuse(fmt::format(
        "goes on after the {} bytes of elements that its header promises",
        wanted));
  return bytes;
}

Array ingot::rt::read_idx(const std::filesystem::path &path) {
  Reader file(path);
  std::uint8_t magic[4];
  if (file.read(magic, 4) < 4 || magic[0] || magic[1] || !magic[3])
    file.refuse("is no IDX file: it does not begin with two zero bytes, a type "
                "and a number of dimensions");
  const unsigned type = magic[2], rank = magic[3];
  if (type != kU8 && type != kI32 && type != kF32)
    file.refuse(fmt::format("has elements of type {:#04x}; must be {:#04x} "
                            "(u8), {:#04x} (i32) or {:#04x} (f32)",
                            type, kU8, kI32, kF32));

  std::uint64_t bytes = type == kU8 ? 1 : 4;
  Shape shape;
  for (unsigned i = 0; i < rank; ++i) {
    std::uint8_t extent[4];
    if (file.read(extent, 4) < 4)
      file.refuse(
          fmt::format("is truncated: it has {} of {} extents", i, rank));
    shape.push_back(bigEndian(extent));
    if (__builtin_mul_overflow(bytes, bigEndian(extent), &bytes))
      file.refuse(fmt::format(
          "is no IDX file: its {} extents give more bytes than memory can hold",
          rank));
  }

  std::vector<std::uint8_t> elements = readElements(file, bytes);
  if (type == kI32)
    return decode<std::int32_t>(elements, std::move(shape));
  if (type == kF32)
    return decode<float>(elements, std::move(shape));
  return {std::move(elements), std::move(shape)};
}

static Array readEither(const std::filesystem::path &directory,
                        const std::string &name) {
  const std::filesystem::path plain = directory / name,
                              zipped = directory / (name + ".gz");
  if (exists(plain))
    return read_idx(plain);
  if (exists(zipped))
    return read_idx(zipped);
  throw Error(fmt::format("`{}` has neither `{}` nor `{}.gz`",
                          directory.string(), name, name));
}

static void requireSameRows(const std::filesystem::path &directory,
                            const std::string &part, const Array &images,
                            const Array &labels) {
  if (images.rows() != labels.rows())
    throw Error(
        fmt::format("`{}` has {} {} images and {} labels; must be equal",
                    directory.string(), images.rows(), part, labels.rows()));
}

Mnist ingot::rt::load_mnist(const std::filesystem::path &directory) {
  Mnist data;
  data.x_train = readEither(directory, "train-images-idx3-ubyte");
  data.y_train = readEither(directory, "train-labels-idx1-ubyte");
  data.x_test = readEither(directory, "t10k-images-idx3-ubyte");
  data.y_test = readEither(directory, "t10k-labels-idx1-ubyte");
  requireSameRows(directory, "train", data.x_train, data.y_train);
  requireSameRows(directory, "t10k", data.x_test, data.y_test);
  return data;
}

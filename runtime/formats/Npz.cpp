//===- Npz.cpp - several arrays of NumPy in a ZIP ------------------------===//
//
// libzip unpacks. An entry is read as far as its own header says and no
// further, so a bomb stays where it is.
//
//===----------------------------------------------------------------------===//
#include "ingot/npy.h"

#include "AtomicFile.h"
#include "FileBytes.h"
#include "NpyHeader.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <set>

using namespace ingot::rt;

namespace {

struct DiscardZip {
  void operator()(zip_t *zip) const { zip_discard(zip); }
  void operator()(zip_file_t *file) const { zip_fclose(file); }
  void operator()(zip_source_t *source) const { zip_source_free(source); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;
using ZipSource = std::unique_ptr<zip_source_t, DiscardZip>;

/// zip_error_t with its text.
class ZipError {
public:
  ZipError() { zip_error_init(&error); }
  ~ZipError() { zip_error_fini(&error); }
  ZipError(const ZipError &) = delete;
  ZipError &operator=(const ZipError &) = delete;
  zip_error_t *operator&() { return &error; }
  const char *text() { return zip_error_strerror(&error); }

private:
  zip_error_t error;
};

/// One entry, read from its beginning.
class Entry {
public:
  Entry(zip_t *zip, zip_uint64_t index, const std::string &subject)
      : subject(subject), file(zip_fopen_index(zip, index, 0)) {
    if (!file)
      refuse(zip_error_strerror(zip_get_error(zip)));
  }

  /// Appends up to `count` bytes to `to`, fewer only at the end. Memory grows
  /// with what has been read.
  void read(std::vector<std::byte> &to, std::size_t count) {
    constexpr std::size_t chunk = 1 << 20;
    while (count > 0) {
      const std::size_t have = to.size(), wanted = std::min(chunk, count);
      to.resize(have + wanted);
      const zip_int64_t got = zip_fread(file.get(), to.data() + have, wanted);
      if (got < 0)
        refuse(zip_error_strerror(zip_file_get_error(file.get())));
      to.resize(have + static_cast<std::size_t>(got));
      if (got == 0)
        return;
      count -= static_cast<std::size_t>(got);
    }
  }

private:
  [[noreturn]] void refuse(const char *why) const {
    throw Error(fmt::format("{} cannot be read: {}", subject, why));
  }

  const std::string &subject;
  std::unique_ptr<zip_file_t, DiscardZip> file;
};

} // namespace

static Array readEntry(zip_t *zip, zip_uint64_t index,
                       const std::string &subject) {
  Entry entry(zip, index, subject);
  std::vector<std::byte> bytes;
  entry.read(bytes, npyStart);
  const std::size_t offset = npyDataOffset(bytes, subject);
  if (offset > bytes.size())
    entry.read(bytes, offset - bytes.size());
  if (offset > bytes.size())
    throw Error(fmt::format("{} is truncated: it has {} bytes and its header "
                            "ends at {}",
                            subject, bytes.size(), offset));
  NpyHeader header = parseNpyHeader(std::span(bytes).first(offset), subject);
  // One more finds out whether it ends, and lets libzip compare checksums.
  std::vector<std::byte> data(
      bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end());
  if (header.dataBytes >= data.size())
    entry.read(data, header.dataBytes - data.size() + 1);
  return npyArray(std::move(header), data, subject);
}

NamedList<Array> ingot::rt::parse_npz(std::span<const std::byte> bytes,
                                      const std::string &name) {
  // To libzip, nothing is an archive of nothing.
  if (bytes.empty())
    throw Error(fmt::format("`{}` is no NPZ file: it is empty", name));
  ZipError error;
  ZipSource source(
      zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error));
  Zip zip(source ? zip_open_from_source(source.get(),
                                        ZIP_RDONLY | ZIP_CHECKCONS, &error)
                 : nullptr);
  if (!zip && zip_error_code_zip(&error) == ZIP_ER_EXISTS)
    throw Error(fmt::format("`{}` has two entries of one name", name));
  if (!zip)
    throw Error(fmt::format("`{}` is no NPZ file: {}", name, error.text()));
  (void)source.release(); // it is the archive's now

  NamedList<Array> arrays;
  const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    constexpr std::string_view suffix = ".npy";
    const char *stored = zip_get_name(zip.get(), index, 0);
    std::string entry = stored ? stored : "";
    const std::string subject =
        fmt::format("{} of `{}`", quotedText(entry), name);
    if (!entry.ends_with(suffix))
      throw Error(fmt::format("{} is no array: its name does not end in `{}`",
                              subject, suffix));
    entry.resize(entry.size() - suffix.size());
    arrays.add(std::move(entry), readEntry(zip.get(), index, subject));
  }
  return arrays;
}

NamedList<Array> ingot::rt::read_npz(const std::filesystem::path &path) {
  return parse_npz(mapFile(path).bytes, path.string());
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {

/// An archive that is built in memory.
class ZipWriter {
public:
  ZipWriter() {
    ZipError error;
    ZipSource buffer(zip_source_buffer_create(nullptr, 0, 0, &error));
    if (buffer)
      zip.reset(zip_open_from_source(buffer.get(), ZIP_TRUNCATE, &error));
    if (!zip)
      throw Error(error.text());
    // Kept beyond the archive, which frees its own reference.
    zip_source_keep(buffer.get());
    source = std::move(buffer);
  }

  /// The memory of `header` and `array` must live until finish().
  void add(const std::string &name, const std::string &header,
           const Array &array, bool compressed) {
    const std::span<const std::byte> data = bytesOf(array);
    std::array<zip_buffer_fragment_t, 2> fragments = {
        fragment(std::as_bytes(std::span(header))), fragment(data)};
    ZipSource entry(zip_source_buffer_fragment(zip.get(), fragments.data(),
                                               data.empty() ? 1 : 2, 0));
    const zip_int64_t index = entry
                                  ? zip_file_add(zip.get(), name.c_str(),
                                                 entry.get(), ZIP_FL_ENC_UTF_8)
                                  : -1;
    check(index >= 0);
    (void)entry.release();
    const auto number = static_cast<zip_uint64_t>(index);
    check(zip_set_file_compression(zip.get(), number,
                                   compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                                   0) == 0);
    // The first day that ZIP has, as NumPy does, not today.
    constexpr zip_uint16_t firstDay = 1 << 5 | 1;
    check(zip_file_set_dostime(zip.get(), number, 0, firstDay, 0) == 0);
  }

  std::vector<std::byte> finish() {
    check(zip_close(zip.get()) == 0);
    (void)zip.release();
    std::vector<std::byte> bytes;
    if (zip_source_is_deleted(source.get())) // nothing was added
      return bytes;
    zip_stat_t status;
    if (zip_source_open(source.get()) != 0 ||
        zip_source_stat(source.get(), &status) != 0)
      failSource();
    bytes.resize(status.size);
    if (zip_source_read(source.get(), bytes.data(), bytes.size()) !=
        static_cast<zip_int64_t>(bytes.size()))
      failSource();
    zip_source_close(source.get());
    return bytes;
  }

private:
  static zip_buffer_fragment_t fragment(std::span<const std::byte> bytes) {
    // libzip only reads it; its type lets it free the memory.
    auto *data = const_cast<std::byte *>(bytes.data());
    return {reinterpret_cast<zip_uint8_t *>(data), bytes.size()};
  }

  void check(bool done) const {
    if (!done)
      throw Error(zip_error_strerror(zip_get_error(zip.get())));
  }
  [[noreturn]] void failSource() const {
    throw Error(zip_error_strerror(zip_source_error(source.get())));
  }

  Zip zip;
  ZipSource source;
};

/// An archive without entries, which libzip would rather not write: the end of
/// its directory.
constexpr std::string_view
    emptyArchive("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);

} // namespace

void ingot::rt::write_npz(const std::filesystem::path &path,
                          const NamedList<Array> &arrays, NpzOptions options) {
  std::vector<std::byte> bytes;
  try {
    std::vector<std::string> headers;
    std::set<std::string_view> names;
    for (const auto &[name, array] : arrays) {
      if (!names.insert(name).second)
        throw Error(fmt::format("{} is the name of two things in it",
                                quotedText(name)));
      headers.push_back(npyHeaderText(array));
    }
    ZipWriter zip;
    std::size_t next = 0;
    for (const auto &[name, array] : arrays)
      zip.add(name + ".npy", headers[next++], array, options.compressed);
    bytes = zip.finish();
  } catch (const Error &error) {
    throw Error(
        fmt::format("`{}` cannot be written: {}", path.string(), error.what()));
  }
  writeFile(path, bytes.empty() ? std::as_bytes(std::span(emptyArchive))
                                : std::span<const std::byte>(bytes));
}

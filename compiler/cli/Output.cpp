//===- Output.cpp - where artefacts go ------------------------------------===//
//
// Files are written under temporary names and renamed when all are there, so
// a failure leaves nothing half-written. Devices and pipes are written to.
//
//===----------------------------------------------------------------------===//

#include "cli/Flags.h"
#include "cli/Guard.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace ingot::cli {

namespace {

/// A file that is to have `contents`.
struct File {
  fs::path path;
  const std::string &contents;

  /// A device or a pipe is written to; to rename over it would replace it.
  bool isSpecial() const {
    std::error_code notThere;
    return fs::exists(path, notThere) &&
           !fs::is_regular_file(path, notThere);
  }
  /// Where the contents go first.
  fs::path temporary() const {
    return isSpecial() ? path
                       : fs::path(path.string() +
                                  fmt::format(".{}.tmp", ::getpid()));
  }
};

} // namespace

/// Printed without `-o`: what people read. C and C++ read the others.
static bool goesToStdout(const driver::Artefact &artefact) {
  return artefact.isText() && artefact.name != "header" &&
         artefact.name != "c";
}

static bool fail(const fs::path &path, const std::string &reason) {
  fmt::print(stderr, "{}: error: cannot be written: {}\n", path.string(),
             reason);
  return false;
}

static bool writeAll(const std::vector<File> &files) {
  for (const File &file : files) {
    std::ofstream stream(file.temporary(), std::ios::binary);
    stream.write(file.contents.data(),
                 static_cast<std::streamsize>(file.contents.size()));
    stream.close();
    if (!stream)
      return fail(file.path, std::strerror(errno));
  }
  for (const File &file : files) {
    if (file.isSpecial())
      continue;
    std::error_code error;
    fs::rename(file.temporary(), file.path, error);
    if (error)
      return fail(file.path, error.message());
  }
  return true;
}

static bool writeArtefacts(const std::vector<driver::Artefact> &artefacts,
                           const std::string &output) {
  std::error_code notThere;
  const bool toFile = artefacts.size() == 1 && !output.empty() &&
                      output.back() != '/' &&
                      !fs::is_directory(output, notThere);
  std::vector<File> files;
  for (const driver::Artefact &artefact : artefacts) {
    if (output == "-" || (output.empty() && goesToStdout(artefact)))
      continue;
    files.push_back({toFile ? fs::path(output)
                            : fs::path(output) / artefact.fileName,
                     artefact.contents});
  }
  for (const File &file : files) {
    std::error_code error;
    if (file.path.has_parent_path())
      fs::create_directories(file.path.parent_path(), error);
    if (error)
      return fail(file.path.parent_path(), error.message());
  }
  if (!writeAll(files)) {
    std::error_code ignored;
    for (const File &file : files)
      if (!file.isSpecial())
        fs::remove(file.temporary(), ignored);
    return false;
  }
  for (const driver::Artefact &artefact : artefacts)
    if (output == "-" || (output.empty() && goesToStdout(artefact)))
      std::fwrite(artefact.contents.data(), 1, artefact.contents.size(),
                  stdout);
  if (std::fflush(stdout) != 0)
    return fail("stdout", std::strerror(errno));
  return true;
}

int finish(const driver::Result &result, const Flags &flags) {
  // The last of them says that it is a bug; so does what follows.
  const size_t said = result.diagnostics.size() - (result.bug ? 1 : 0);
  for (size_t i = 0; i < said; ++i)
    fmt::print(stderr, "{}\n", result.diagnostics[i].format());
  if (result.bug)
    return reportBug(*result.bug);
  return result.ok && writeArtefacts(result.artefacts, flags.output) ? 0 : 1;
}

} // namespace ingot::cli

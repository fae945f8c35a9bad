//===- CsvLogger.cpp - a line an epoch in a file -------------------------===//
//
// The file is opened for each line, so what was written is there if the process
// ends.
//
//===----------------------------------------------------------------------===//
#include "Csv.h"

#include "ingot/callbacks.h"
#include "ingot/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace ingot::rt;
namespace fs = std::filesystem;

std::string ingot::rt::csvLine(const std::vector<std::string> &cells,
                               char separator) {
  std::string line;
  for (const std::string &cell : cells) {
    if (&cell != &cells.front())
      line += separator;
    if (cell.find_first_of(std::string("\"\r\n") + separator) ==
        std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell)
      line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + '\n';
}

std::string ingot::rt::csvNumber(double value) {
  return fmt::format("{}", value);
}

CSVLogger::CSVLogger(std::string filename, CSVLoggerOptions given)
    : filename(std::move(filename)), options(std::move(given)) {
  if (options.separator.size() != 1)
    throw Error(fmt::format("`separator` of CSVLogger is \"{}\"; must be one "
                            "character",
                            options.separator));
}

static Error cannotWrite(const std::string &filename) {
  return Error(fmt::format("`{}` cannot be written: {}", filename,
                           std::strerror(errno)));
}

void CSVLogger::on_train_begin() {
  // Found out before the first epoch; what stands in the file stays until the
  // fit is known to begin here and not to be resumed.
  if (!std::ofstream(filename, std::ios::app))
    throw cannotWrite(filename);
  keys.clear();
  bytes = options.append ? fs::file_size(filename) : 0;
  hasHeader = bytes > 0;
  hasWritten = false;
}

void CSVLogger::on_epoch_end(int epoch, Metrics &logs) {
  if (keys.empty()) {
    bool validated = false;
    for (const auto &[name, value] : logs) {
      keys.push_back(name);
      validated |= name.starts_with("val_");
    }
    if (params().validates && !validated)
      for (std::size_t i = 0, count = keys.size(); i < count; ++i)
        keys.push_back("val_" + keys[i]);
    std::ranges::sort(keys);
  }
  if (!hasHeader) {
    std::vector<std::string> names = keys;
    names.insert(names.begin(), "epoch");
    write(names);
    hasHeader = true;
  }
  std::vector<std::string> cells = {std::to_string(epoch)};
  for (const std::string &key : keys) {
    const double *value = logs.find(key);
    cells.push_back(value ? csvNumber(*value) : "NA");
  }
  write(cells);
}

/// Drops what is of a run that this one takes the place of.
void CSVLogger::truncate() {
  std::error_code failed;
  fs::resize_file(filename, bytes, failed);
  if (failed)
    throw Error(
        fmt::format("`{}` cannot be written: {}", filename, failed.message()));
  hasWritten = true;
}

void CSVLogger::write(const std::vector<std::string> &cells) {
  if (!hasWritten)
    truncate();
  const std::string line = csvLine(cells, options.separator.front());
  std::ofstream file(filename, std::ios::app | std::ios::binary);
  if (!file.write(line.data(), static_cast<long>(line.size())) || !file.flush())
    throw cannotWrite(filename);
  bytes += line.size();
}

void CSVLogger::save(CallbackState &state) const {
  state.numbers = {{"bytes", static_cast<double>(bytes)}};
  for (const std::string &key : keys)
    state.texts.add("key", key);
}

void CSVLogger::restore(const CallbackState &state) {
  keys.clear();
  for (const auto &[what, key] : state.texts)
    keys.push_back(key);
  // A file that is gone, or another, begins anew.
  const auto written = static_cast<std::uint64_t>(state.numbers["bytes"]);
  std::error_code failed;
  const std::uint64_t there = fs::file_size(filename, failed);
  bytes = !failed && there >= written ? written : 0;
  hasHeader = bytes > 0;
  truncate();
}

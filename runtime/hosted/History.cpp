//===- History.cpp - what fit returns, as files --------------------------===//
#include "Csv.h"

#include "ingot/error.h"
#include "ingot/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

using namespace ingot::rt;

std::vector<int> History::epochs_of(std::string_view key) const {
  const std::size_t count = history[key].size();
  std::vector<int> epochs;
  for (const int number : epoch)
    if (count == epoch.size() || !key.starts_with("val_") ||
        (number + 1) % validation_freq == 0)
      epochs.push_back(number);
  // What a callback adds now and then is taken to be of the first epochs.
  epochs.resize(std::min(count, epochs.size()));
  return epochs;
}

std::string History::csv() const {
  std::vector<std::string> names = {"epoch"};
  for (const auto &[name, values] : history)
    names.push_back(name);
  std::vector<std::vector<std::string>> lines;
  for (const int number : epoch)
    lines.push_back({std::to_string(number)});
  for (const auto &[name, values] : history) {
    const std::vector<int> epochs = epochs_of(name);
    std::size_t next = 0;
    for (std::size_t i = 0; i < epoch.size(); ++i) {
      const bool has = next < epochs.size() && epochs[next] == epoch[i];
      lines[i].push_back(has ? csvNumber(values[next++]) : "");
    }
  }
  std::string text = csvLine(names, ',');
  for (const std::vector<std::string> &line : lines)
    text += csvLine(line, ',');
  return text;
}

static void write(const std::string &filename, const std::string &text) {
  std::ofstream file(filename, std::ios::binary);
  if (!file.write(text.data(), static_cast<std::streamsize>(text.size())) ||
      !file.flush())
    throw Error(fmt::format("`{}` cannot be written: {}", filename,
                            std::strerror(errno)));
}

void History::to_csv(const std::string &filename) const {
  write(filename, csv());
}

void History::to_svg(const std::string &filename,
                     const PlotOptions &options) const {
  write(filename, svg(options));
}

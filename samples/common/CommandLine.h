//===- CommandLine.h - options of the samples' programs --------*- C++ -*-===//
//
// `--name VALUE` into variables that hold the defaults:
//
//   int epochs = 10;
//   samples::CommandLine line("[DIRECTORY]");
//   line.add("epochs", epochs);
//   const std::vector<std::string> rest = line.parse(argc, argv);
//
//===----------------------------------------------------------------------===//
#pragma once

#include <getopt.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace samples {

class CommandLine {
public:
  /// `arguments` is what the usage line says of the words without `--`.
  explicit CommandLine(std::string arguments)
      : arguments(std::move(arguments)) {}

  void add(const char *name, int &value) {
    add(name, "N", [&value](const char *text) {
      value = static_cast<int>(number(text));
    });
  }
  void add(const char *name, std::uint64_t &value) {
    add(name, "N", [&value](const char *text) { value = number(text); });
  }
  /// One of `choices`.
  void add(const char *name, std::string &value,
           const std::vector<std::string> &choices) {
    std::string usage;
    for (const std::string &choice : choices)
      usage += (usage.empty() ? "" : "|") + choice;
    add(name, usage, [&value, choices, usage](const char *text) {
      for (const std::string &choice : choices)
        if (choice == text) {
          value = text;
          return;
        }
      throw std::runtime_error(std::string("`") + text + "` is none of " +
                               usage);
    });
  }

  /// Sets the variables and returns the words without `--`. Prints the usage and
  /// exits with 2 if an option is unknown; throws if a value is wrong.
  std::vector<std::string> parse(int argc, char **argv) const {
    std::vector<option> names;
    for (const Option &known : options)
      names.push_back({known.name, required_argument, nullptr, 0});
    names.push_back({});
    int index = 0;
    for (int found; (found = getopt_long(argc, argv, "", names.data(),
                                         &index)) != -1;) {
      if (found != 0) {
        std::fprintf(stderr, "usage: %s", argv[0]);
        for (const Option &known : options)
          std::fprintf(stderr, " [--%s %s]", known.name, known.usage.c_str());
        std::fprintf(stderr, " %s\n", arguments.c_str());
        std::exit(2);
      }
      options[static_cast<std::size_t>(index)].set(optarg);
    }
    return {argv + optind, argv + argc};
  }

private:
  struct Option {
    const char *name;
    std::string usage;
    std::function<void(const char *)> set;
  };

  void add(const char *name, std::string usage,
           std::function<void(const char *)> set) {
    options.push_back({name, std::move(usage), std::move(set)});
  }

  static std::uint64_t number(const char *text) {
    char *end = nullptr;
    const std::uint64_t value = std::strtoull(text, &end, 10);
    if (end == text || *end)
      throw std::runtime_error(std::string("`") + text + "` is not a number");
    return value;
  }

  std::string arguments;
  std::vector<Option> options;
};

/// What main returns: 0, or 1 after an exception of `program`, which is printed.
template <class F> int run(const char *name, F program) {
  try {
    program();
    return 0;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s: error: %s\n", name, error.what());
    return 1;
  }
}

} // namespace samples

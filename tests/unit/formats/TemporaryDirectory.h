//===- TemporaryDirectory.h - a directory for one test ---------*- C++ -*-===//
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

/// Gives each test a directory of its own.
class TemporaryDirectory : public testing::Test {
protected:
  TemporaryDirectory() {
    const auto *test = testing::UnitTest::GetInstance()->current_test_info();
    directory = std::filesystem::path(testing::TempDir()) /
                ("ingot-" + std::string(test->test_suite_name()) + "-" +
                 std::string(test->name()));
    remove_all(directory);
    create_directories(directory);
  }
  ~TemporaryDirectory() override { remove_all(directory); }

  std::filesystem::path path(const std::string &name) const {
    return directory / name;
  }

  std::filesystem::path write(const std::string &name,
                              std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

  static std::string read(const std::filesystem::path &from) {
    std::ostringstream contents;
    contents << std::ifstream(from, std::ios::binary).rdbuf();
    return std::move(contents).str();
  }

  /// `text` with `%` in place of the directory.
  std::string in(std::string text) const {
    const std::size_t at = text.find('%');
    return at == std::string::npos ? text
                                   : text.replace(at, 1, directory.string());
  }

  std::filesystem::path directory;
};

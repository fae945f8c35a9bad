//===- IdxTest.cpp - the IDX reader ---------------------------------------===//
#include "runtime/Throws.h"

#include <ingot/idx.h>

#include <gmock/gmock.h>
#include <zlib.h>

#include <cstdio>
#include <fstream>

using namespace ingot::rt;
using testing::ElementsAre;

namespace {

using Bytes = std::vector<unsigned char>;

/// Gives each test a directory of its own.
class Idx : public testing::Test {
protected:
  Idx() {
    const auto *test = testing::UnitTest::GetInstance()->current_test_info();
    directory = std::filesystem::path(testing::TempDir()) /
                ("ingot-idx-" + std::string(test->name()));
    remove_all(directory);
    create_directories(directory);
  }
  ~Idx() override { remove_all(directory); }

  std::string write(const std::string &name, const Bytes &bytes) const {
    const std::string path = (directory / name).string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  std::string writeGzip(const std::string &name, const Bytes &bytes) const {
    const std::string path = (directory / name).string();
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
  }

  std::filesystem::path directory;
};

const Bytes kImages = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0,
                       0, 1, 0, 0, 0, 2, 1, 2, 3, 255};
const Bytes kLabels = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};

} // namespace

TEST_F(Idx, ReadsBytes) {
  const Array array = read_idx(write("a", kImages));
  EXPECT_EQ(array.dtype(), DType::U8);
  EXPECT_THAT(array.shape(), ElementsAre(2, 1, 2));
  EXPECT_THAT(array.u8(), ElementsAre(1, 2, 3, 255));
}

TEST_F(Idx, ReadsGzip) {
  EXPECT_THAT(read_idx(writeGzip("a.gz", kImages)).u8(),
              ElementsAre(1, 2, 3, 255));
}

TEST_F(Idx, ReadsBigEndianIntegersAndFloats) {
  EXPECT_THAT(read_idx(write("i", {0, 0, 0x0C, 1, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF,
                                   0xFE, 0, 0, 1, 2}))
                  .i32(),
              ElementsAre(-2, 258));
  EXPECT_THAT(
      read_idx(write("f", {0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0})).f32(),
      ElementsAre(1.5f));
}

TEST_F(Idx, RefusesAMissingFile) {
  const std::string path = (directory / "none").string();
  EXPECT_REFUSED(read_idx(path), ("`" + path + "` cannot be opened").c_str());
}

TEST_F(Idx, RefusesTruncatedFiles) {
  const std::string elements =
      write("elements", Bytes(kImages.begin(), kImages.end() - 1));
  EXPECT_REFUSED(read_idx(elements),
                 ("`" + elements +
                  "` is truncated: it has 3 bytes of elements "
                  "and its header promises 4")
                     .c_str());
  const std::string extents = write("extents", {0, 0, 8, 2, 0, 0, 0, 2, 0});
  EXPECT_REFUSED(
      read_idx(extents),
      ("`" + extents + "` is truncated: it has 1 of 2 extents").c_str());
}

TEST_F(Idx, RefusesATruncatedGzipStream) {
  Bytes large = {0, 0, 8, 1, 0, 0, 0x80, 0};
  for (unsigned i = 0; i < 0x8000; ++i)
    large.push_back(static_cast<unsigned char>(i * i >> 7));
  const std::string path = writeGzip("cut.gz", large);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_REFUSED(
      read_idx(path),
      ("`" + path + "` is truncated: its gzip stream has no end").c_str());
}

TEST_F(Idx, RefusesForeignFiles) {
  const std::string text = write("text", {'h', 'e', 'l', 'l', 'o'});
  EXPECT_REFUSED(read_idx(text),
                 ("`" + text +
                  "` is no IDX file: it does not begin with two "
                  "zero bytes, a type and a number of dimensions")
                     .c_str());
  const std::string empty = write("empty", {});
  EXPECT_THROW(read_idx(empty), Error);
  const std::string type = write("type", {0, 0, 0x0E, 1, 0, 0, 0, 0});
  EXPECT_REFUSED(read_idx(type), ("`" + type +
                                  "` has elements of type 0x0e; must be 0x08 "
                                  "(u8), 0x0c (i32) or 0x0d (f32)")
                                     .c_str());
  Bytes longer = kLabels;
  longer.push_back(0);
  const std::string extra = write("extra", longer);
  EXPECT_REFUSED(read_idx(extra),
                 ("`" + extra +
                  "` goes on after the 2 bytes of elements that "
                  "its header promises")
                     .c_str());
}

TEST_F(Idx, SurvivesAHeaderThatPromisesTooMuch) {
  Bytes huge = {0, 0, 8, 2};
  huge.insert(huge.end(), 8, 0x7F);
  const std::string path = write("huge", huge);
  EXPECT_THROW(read_idx(path), Error);
  Bytes overflow = {0, 0, 0x0D, 3};
  overflow.insert(overflow.end(), 12, 0xFF);
  const std::string beyond = write("beyond", overflow);
  EXPECT_REFUSED(read_idx(beyond), ("`" + beyond +
                                    "` is no IDX file: its 3 extents give more "
                                    "bytes than memory can hold")
                                       .c_str());
}

TEST_F(Idx, LoadsMnistPlainOrZipped) {
  write("train-images-idx3-ubyte", kImages);
  writeGzip("train-labels-idx1-ubyte.gz", kLabels);
  writeGzip("t10k-images-idx3-ubyte.gz", kImages);
  write("t10k-labels-idx1-ubyte", kLabels);
  const Mnist data = load_mnist(directory);
  EXPECT_THAT(data.x_train.shape(), ElementsAre(2, 1, 2));
  EXPECT_THAT(data.y_train.u8(), ElementsAre(7, 9));
  EXPECT_THAT(data.x_test.u8(), ElementsAre(1, 2, 3, 255));
  EXPECT_THAT(data.y_test.shape(), ElementsAre(2));
}

TEST_F(Idx, NamesTheMnistFileThatIsMissing) {
  write("train-images-idx3-ubyte", kImages);
  EXPECT_REFUSED(load_mnist(directory),
                 ("`" + directory.string() +
                  "` has neither `train-labels-idx1-ubyte` nor "
                  "`train-labels-idx1-ubyte.gz`")
                     .c_str());
}

TEST_F(Idx, RefusesImagesAndLabelsThatDiffer) {
  write("train-images-idx3-ubyte", kImages);
  write("train-labels-idx1-ubyte", {0, 0, 8, 1, 0, 0, 0, 1, 7});
  write("t10k-images-idx3-ubyte", kImages);
  write("t10k-labels-idx1-ubyte", kLabels);
  EXPECT_REFUSED(load_mnist(directory),
                 ("`" + directory.string() +
                  "` has 2 train images and 1 labels; must be equal")
                     .c_str());
}

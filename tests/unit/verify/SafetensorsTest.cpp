//===- SafetensorsTest.cpp - what is read, what is refused ----------------===//

#include "ingot/Error.h"
#include "verify/Safetensors.h"

#include <gmock/gmock.h>

#include <cstring>

using namespace ingot;
using namespace ingot::verify;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A file with this header and `dataBytes` bytes of data: 0, 1, 2, ...
std::string makeFile(const std::string &header, size_t dataBytes) {
  std::string file(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  file += header;
  for (size_t i = 0; i != dataBytes; ++i)
    file.push_back(static_cast<char>(i));
  return file;
}

std::string errorOf(const std::string &file) {
  try {
    (void)parseSafetensors(file, "w.safetensors");
  } catch (const Error &error) {
    EXPECT_THAT(error.format(), HasSubstr("w.safetensors"));
    return error.format();
  }
  return "no error";
}

std::string entry(const char *dtype, const char *shape, const char *offsets) {
  return std::string(R"({"dtype":")") + dtype + R"(","shape":)" + shape +
         R"(,"data_offsets":)" + offsets + "}";
}

TEST(Safetensors, ReadsBothTypesScalarsAndEmptyTensors) {
  std::string file = makeFile(
      R"({"__metadata__":{"by":"a test"},"a":)" +
          entry("I32", "[2]", "[0,8]") + R"(,"b":)" +
          entry("F32", "[]", "[8,12]") + R"(,"c":)" +
          entry("F32", "[0,3]", "[12,12]") + "}   ",
      12);
  const float value = 2.5f;
  std::memcpy(file.data() + file.size() - 4, &value, 4);

  const TensorMap tensors = parseSafetensors(file, "w.safetensors");
  ASSERT_EQ(tensors.size(), 3u);
  EXPECT_THAT(std::get<std::vector<int32_t>>(tensors.at("a").values),
              ElementsAre(0x03020100, 0x07060504));
  EXPECT_EQ(tensors.at("b").at(0), 2.5);
  EXPECT_TRUE(tensors.at("b").shape.empty());
  EXPECT_EQ(tensors.at("c").size(), 0u);
}

TEST(Safetensors, RefusesWrongLengths) {
  EXPECT_THAT(errorOf("abc"), HasSubstr("the file has 3 bytes"));
  std::string file = makeFile("{}", 0);
  file[0] = 9;
  EXPECT_THAT(errorOf(file), HasSubstr("said to have 9 bytes; the file has 2"));
  // A length that overflows when eight is added.
  std::memset(file.data(), 0xff, 8);
  EXPECT_THAT(errorOf(file), HasSubstr("the file has 2"));
  EXPECT_THAT(errorOf(makeFile("{}", 4)),
              HasSubstr("end at byte 0 of the data; the file has 4"));
}

TEST(Safetensors, RefusesHeadersThatAreNotOne) {
  EXPECT_THAT(errorOf(makeFile("{\"a\":", 0)), HasSubstr("not valid JSON"));
  EXPECT_THAT(errorOf(makeFile("[1]", 0)), HasSubstr("must be an object"));
  EXPECT_THAT(errorOf(makeFile(R"({"a":{"shape":[1]}})", 4)),
              HasSubstr("`a` has no `data_offsets`"));
  EXPECT_THAT(errorOf(makeFile("{\"a\":" + entry("F32", "\"x\"", "[0,4]") +
                                   "}", 4)),
              HasSubstr("`a.shape` is \"x\"; must be a list"));
}

TEST(Safetensors, RefusesWrongTensors) {
  auto one = [](const char *dtype, const char *shape, const char *offsets) {
    return errorOf(
        makeFile("{\"a\":" + entry(dtype, shape, offsets) + "}", 8));
  };
  EXPECT_THAT(one("F64", "[2]", "[0,8]"),
              HasSubstr("`a.dtype` is \"F64\"; must be F32 or I32"));
  EXPECT_THAT(one("F32", "[3]", "[0,8]"),
              HasSubstr("spans 8 bytes; shape [3] takes 12"));
  EXPECT_THAT(one("F32", "[-2]", "[0,8]"), HasSubstr("`a.shape` is [-2]"));
  EXPECT_THAT(one("F32", "[3037000500,3037000500]", "[0,8]"),
              HasSubstr("`a.shape` is [3037000500, 3037000500]"));
  EXPECT_THAT(one("F32", "[2]", "[8,0]"), HasSubstr("within the 8 bytes"));
  EXPECT_THAT(one("F32", "[2]", "[4,12]"), HasSubstr("within the 8 bytes"));
  EXPECT_THAT(one("F32", "[2]", "[0]"), HasSubstr("must be [begin, end]"));
}

TEST(Safetensors, RefusesOverlapsAndHoles) {
  EXPECT_THAT(errorOf(makeFile("{\"a\":" + entry("F32", "[2]", "[0,8]") +
                                   ",\"b\":" + entry("F32", "[2]", "[4,12]") +
                                   "}", 12)),
              HasSubstr("`b` begins at byte 4 of the data, inside `a`, which "
                        "ends at 8"));
  EXPECT_THAT(errorOf(makeFile("{\"a\":" + entry("F32", "[1]", "[0,4]") +
                                   ",\"b\":" + entry("F32", "[1]", "[8,12]") +
                                   "}", 12)),
              HasSubstr("bytes 4 to 8 of the data belong to no tensor"));
}

TEST(Safetensors, SaysWhichFileIsMissing) {
  try {
    (void)readSafetensors("no/such/file.safetensors");
    FAIL();
  } catch (const Error &error) {
    EXPECT_THAT(error.format(), HasSubstr("no/such/file.safetensors"));
    EXPECT_THAT(error.format(), HasSubstr("cannot be read: No such file"));
  }
}

} // namespace

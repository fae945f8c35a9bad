//===- SafetensorsTest.cpp - what is read, what is refused ---------------===//
#include "TemporaryDirectory.h"
#include "runtime/Throws.h"

#include <ingot/safetensors.h>

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

using namespace ingot::rt;
using testing::ElementsAre;
using testing::Pair;

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

std::string entry(const std::string &dtype, const std::string &shape,
                  const std::string &offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape +
         R"(,"data_offsets":)" + offsets + "}";
}

Safetensors parse(const std::string &file) {
  return {std::as_bytes(std::span(file)), "w.safetensors"};
}

/// Why `file` is refused, without its name in front.
std::string refusal(const std::string &file) {
  try {
    (void)parse(file);
  } catch (const Error &error) {
    const std::string_view text = error.what(), front = "`w.safetensors` ";
    EXPECT_TRUE(text.starts_with(front)) << text;
    return std::string(text.substr(front.size()));
  }
  return "no error";
}

std::string refusal(const std::string &header, size_t dataBytes) {
  return refusal(makeFile(header, dataBytes));
}

/// The array of one tensor `a` of [count] elements whose bytes are `data`.
Array convert(const std::string &dtype, size_t count, const std::string &data) {
  const std::string file =
      makeFile(R"({"a":)" +
                   entry(dtype, "[" + std::to_string(count) + "]",
                         "[0," + std::to_string(data.size()) + "]") +
                   "}",
               0) +
      data;
  const Safetensors parsed = parse(file);
  return parsed.array(parsed.tensors().at(0));
}

template <class T> std::string bytes(std::initializer_list<T> values) {
  return {reinterpret_cast<const char *>(values.begin()),
          values.size() * sizeof(T)};
}

TEST(Safetensors, ReadsTensorsScalarsEmptyOnesAndMetadata) {
  std::string file =
      makeFile(R"({"__metadata__":{"by":"a test"},"c":)" +
                   entry("F32", "[0,3]", "[12,12]") + R"(,"a":)" +
                   entry("I32", "[2]", "[0,8]") + R"(,"b":)" +
                   entry("F32", "[]", "[8,12]") + "}   ",
               12);
  const float value = 2.5f;
  std::memcpy(file.data() + file.size() - 4, &value, 4);

  const Safetensors parsed = parse(file);
  ASSERT_EQ(parsed.tensors().size(), 3u);
  // In the order of the data, not of the header.
  EXPECT_EQ(parsed.tensors()[0].name, "a");
  EXPECT_THAT(parsed.array(*parsed.find("a")).i32(),
              ElementsAre(0x03020100, 0x07060504));
  EXPECT_TRUE(parsed.find("b")->shape.empty());
  EXPECT_EQ(parsed.array(*parsed.find("b")).shape(), Shape{1});
  EXPECT_THAT(parsed.array(*parsed.find("b")).f32(), ElementsAre(2.5f));
  EXPECT_EQ(parsed.array(*parsed.find("c")).shape(), (Shape{0, 3}));
  EXPECT_EQ(parsed.find("d"), nullptr);
  EXPECT_THAT(parsed.metadata(), ElementsAre(Pair("by", "a test")));
}

TEST(Safetensors, ReadsAFileOfNothing) {
  EXPECT_TRUE(parse(makeFile("{}", 0)).tensors().empty());
}

TEST(Safetensors, ConvertsElementTypes) {
  EXPECT_THAT(convert("U8", 2, bytes<uint8_t>({7, 255})).u8(),
              ElementsAre(7, 255));
  EXPECT_THAT(convert("BOOL", 3, bytes<uint8_t>({0, 1, 2})).u8(),
              ElementsAre(0, 1, 1));
  EXPECT_THAT(convert("I8", 1, bytes<int8_t>({-3})).i32(), ElementsAre(-3));
  EXPECT_THAT(convert("U16", 1, bytes<uint16_t>({65535})).i32(),
              ElementsAre(65535));
  EXPECT_THAT(convert("I64", 2, bytes<int64_t>({-1, 1 << 30})).i32(),
              ElementsAre(-1, 1 << 30));
  EXPECT_THAT(convert("F64", 2, bytes<double>({0.1, 1e300})).f32(),
              ElementsAre(0.1f, std::numeric_limits<float>::infinity()));
  EXPECT_THAT(convert("BF16", 1, bytes<uint16_t>({0x3fc0})).f32(),
              ElementsAre(1.5f));
  // 1, -2, largest, smallest normal, smallest, -0, infinity.
  EXPECT_THAT(convert("F16", 7,
                      bytes<uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001,
                                       0x8000, 0x7c00}))
                  .f32(),
              ElementsAre(1.f, -2.f, 65504.f, 0x1p-14f, 0x1p-24f, -0.f,
                          std::numeric_limits<float>::infinity()));
  EXPECT_TRUE(
      std::isnan(convert("F16", 1, bytes<uint16_t>({0x7e01})).f32()[0]));
}

TEST(Safetensors, RefusesElementsThatNoArrayHas) {
  EXPECT_REFUSED(
      convert("I64", 2, bytes<int64_t>({0, int64_t{1} << 31})),
      "`a` of `w.safetensors` has 2147483648 as element 1, which does not fit "
      "i32");
  EXPECT_REFUSED(convert("U32", 1, bytes<uint32_t>({4294967295u})),
                 "`a` of `w.safetensors` has 4294967295 as element 0, which "
                 "does not fit i32");
  EXPECT_REFUSED(convert("F8_E4M3", 1, "x"),
                 "`w.safetensors` has `a` of type F8_E4M3, which no array has");
}

TEST(Safetensors, RefusesWrongLengths) {
  EXPECT_EQ(refusal("abc"), "is no safetensors file: it has 3 bytes and the "
                            "length of its header takes 8");
  std::string file = makeFile("{}", 0);
  file[0] = 9;
  EXPECT_EQ(refusal(file), "is truncated, or no safetensors file: its first "
                           "bytes promise a header of 9 bytes and 2 follow");
  std::memset(file.data(), 0xff, 8);
  EXPECT_EQ(refusal(file),
            "is no safetensors file: its first bytes promise a header of "
            "18446744073709551615 bytes; at most 100000000 are read");
  EXPECT_EQ(refusal("{}", 4), "goes on after its tensors: they end at byte 0 "
                              "of the data and 4 are there");
}

TEST(Safetensors, RefusesHeadersThatAreNotOne) {
  EXPECT_EQ(refusal("", 0), "is no safetensors file: its header begins with "
                            "`` and not with `{`");
  EXPECT_EQ(refusal("[1]", 0), "is no safetensors file: its header begins with "
                               "`[` and not with `{`");
  EXPECT_EQ(refusal(" {}", 0), "is no safetensors file: its header begins with "
                               "` ` and not with `{`");
  EXPECT_EQ(refusal("{\"a\":", 0),
            "has a header that is not valid JSON, at its byte 6");
  EXPECT_EQ(refusal("{}{}", 0),
            "has a header that is not valid JSON, at its byte 3");
  EXPECT_EQ(refusal("{\"\xff\":1}", 0),
            "has a header that is not valid UTF-8, at its byte 3");
  EXPECT_EQ(refusal("{\"a\":{\"shape\":[1e999", 0),
            "has a header that is not valid JSON, at its byte 20");
}

TEST(Safetensors, RefusesHeadersOfAnotherForm) {
  EXPECT_EQ(refusal(R"({"a":1})", 0), "has `a` as 1; a tensor is an object");
  EXPECT_EQ(refusal(R"({"a":null})", 0),
            "has `a` as null; a tensor is an object");
  EXPECT_EQ(refusal(R"({"a":[1]})", 0),
            "has `a` as a list; a tensor is an object");
  EXPECT_EQ(refusal(R"({"a":{"shape":[1]}})", 4), "has no `dtype` of `a`");
  EXPECT_EQ(refusal(R"({"a":{"dtype":"F32","shape":[1]}})", 4),
            "has no `data_offsets` of `a`");
  EXPECT_EQ(refusal(R"({"a":{"stride":[1]}})", 4),
            "has `stride` of `a`; a tensor has `dtype`, `shape` and "
            "`data_offsets`");
  EXPECT_EQ(refusal(R"({"a":{"shape":"x"}})", 4),
            "has `shape` of `a` as `x`; must be a list");
  EXPECT_EQ(refusal(R"({"a":{"dtype":[]}})", 4),
            "has `dtype` of `a` as a list; must be text");
  EXPECT_EQ(refusal(R"({"a":{"shape":[[1]]}})", 4),
            "has a list in the shape of `a`; must be whole and not negative");
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":1}})", 0),
            "has `k` in `__metadata__` as 1; must be text");
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":{}}})", 0),
            "has `k` in `__metadata__` as an object; must be text");
  EXPECT_EQ(refusal(R"({"__metadata__":true})", 0),
            "has `__metadata__` as true; a tensor is an object");
}

TEST(Safetensors, RefusesNamesThatAreTaken) {
  const std::string a = R"("a":)" + entry("F32", "[1]", "[0,4]");
  EXPECT_EQ(refusal("{" + a + "," + a + "}", 4), "names `a` twice");
  EXPECT_EQ(refusal(R"({"a":{"dtype":"F32","dtype":"I32"}})", 4),
            "names `dtype` of `a` twice");
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":"v","k":"w"}})", 0),
            "names `k` of `__metadata__` twice");
}

TEST(Safetensors, RefusesWrongTensors) {
  const auto one = [](const char *dtype, const std::string &shape,
                      const char *offsets) {
    return refusal("{\"a\":" + entry(dtype, shape, offsets) + "}", 8);
  };
  EXPECT_EQ(one("F31", "[2]", "[0,8]"),
            "has `a` of type `F31`; known are BOOL, U8, I8, F8_E5M2, F8_E4M3, "
            "F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64");
  EXPECT_EQ(one("F32", "[3]", "[0,8]"),
            "has 8 bytes of `a`; F32 of shape [3] takes 12");
  EXPECT_EQ(one("F64", "[2]", "[0,8]"),
            "has 8 bytes of `a`; F64 of shape [2] takes 16");
  EXPECT_EQ(one("F32", "[-2]", "[0,8]"),
            "has -2 in the shape of `a`; must be whole and not negative");
  EXPECT_EQ(one("F32", "[2.0]", "[0,8]"),
            "has 2.0 in the shape of `a`; must be whole and not negative");
  EXPECT_EQ(one("F32", "[18446744073709551615]", "[0,8]"),
            "has 18446744073709551615 in the shape of `a`; must be whole and "
            "not negative");
  EXPECT_EQ(one("F32", "[3037000500,3037000500]", "[0,8]"),
            "has `a` of shape [3037000500, 3037000500], which is more than "
            "memory can hold");
  std::string ones = "1";
  for (int i = 0; i < 64; ++i)
    ones += ",1";
  EXPECT_EQ(one("F32", "[" + ones + "]", "[0,4]"),
            "has more than 64 dimensions in the shape of `a`");
  EXPECT_EQ(one("F32", "[2]", "[8,0]"),
            "has `a` from byte 8 to 0 of the data; it cannot end before it "
            "begins");
  EXPECT_EQ(one("F32", "[2]", "[4,12]"),
            "is truncated: `a` ends at byte 12 of the data and 8 are there");
  EXPECT_EQ(one("F32", "[2]", "[-4,4]"),
            "has -4 in `data_offsets` of `a`; must be whole and not negative");
  EXPECT_EQ(one("F32", "[2]", "[0]"),
            "has 1 numbers in `data_offsets` of `a`; must be begin and end");
  EXPECT_EQ(one("F32", "[2]", "[0,4,8]"),
            "has 3 numbers in `data_offsets` of `a`; must be begin and end");
}

TEST(Safetensors, RefusesOverlapsAndHoles) {
  EXPECT_EQ(refusal("{\"a\":" + entry("F32", "[2]", "[0,8]") +
                        ",\"b\":" + entry("F32", "[2]", "[4,12]") + "}",
                    12),
            "has `b` at byte 4 of the data, inside `a`, which ends at 8");
  EXPECT_EQ(refusal("{\"a\":" + entry("F32", "[2]", "[0,8]") +
                        ",\"b\":" + entry("F32", "[0]", "[4,4]") + "}",
                    8),
            "has `b` at byte 4 of the data, inside `a`, which ends at 8");
  EXPECT_EQ(refusal("{\"a\":" + entry("F32", "[1]", "[0,4]") +
                        ",\"b\":" + entry("F32", "[1]", "[8,12]") + "}",
                    12),
            "has bytes 4 to 8 of the data in no tensor");
}

TEST(Safetensors, KeepsMessagesToOneLine) {
  EXPECT_EQ(refusal(R"({"a\n\u001b[2J":1})", 0),
            "has `a\\x0a\\x1b[2J` as 1; a tensor is an object");
  EXPECT_EQ(refusal("{\"" + std::string(1000, 'a') + "\":1}", 0),
            "has `" + std::string(80, 'a') +
                "...` as 1; a tensor is an object");
}

class SafetensorsFile : public TemporaryDirectory {};

TEST_F(SafetensorsFile, IsReadAsItWasWritten) {
  const NamedList<Array> arrays = {
      {"tower/dense/kernel", Array(std::vector<float>{1, -0.f, 3, 4}, {2, 2})},
      {"ids", Array(std::vector<int32_t>{5, -6}, {1, 2})},
      {"pixels", Array(std::vector<uint8_t>{7, 8, 9})},
      {"none", Array(std::vector<float>(), {0, 4})}};
  write_safetensors(path("w.safetensors"), arrays, {{"by", "a \"test\""}});

  const NamedList<Array> back = read_safetensors(path("w.safetensors"));
  ASSERT_EQ(back.size(), 4u);
  EXPECT_THAT(back["tower/dense/kernel"].f32(), ElementsAre(1, 0, 3, 4));
  EXPECT_TRUE(std::signbit(back["tower/dense/kernel"].f32()[1]));
  EXPECT_EQ(back["tower/dense/kernel"].shape(), (Shape{2, 2}));
  EXPECT_THAT(back["ids"].i32(), ElementsAre(5, -6));
  EXPECT_THAT(back["pixels"].u8(), ElementsAre(7, 8, 9));
  EXPECT_EQ(back["none"].shape(), (Shape{0, 4}));
  EXPECT_EQ(Safetensors(path("w.safetensors")).metadata().at("by"),
            "a \"test\"");
}

TEST_F(SafetensorsFile, HasTheBytesOfTheFormat) {
  write_safetensors(path("w.safetensors"),
                    NamedList<Array>{{"a", Array(std::vector<int32_t>{1})}});
  // The checksum as Python's zlib.crc32 computes it of the file with zeros.
  EXPECT_EQ(read(path("w.safetensors")),
            makeFile(R"({"__metadata__":{"crc32":"d2d68934"},)"
                     R"("a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}})"
                     "      ",
                     0) +
                bytes<int32_t>({1}));
}

TEST_F(SafetensorsFile, IsRefusedIfOneBitIsAnother) {
  write_safetensors(path("w.safetensors"),
                    {{"dense/kernel", Array(std::vector<float>{1, 2, 3})},
                     {"dense/bias", Array(std::vector<float>{4})}},
                    {{"by", "a test"}});
  const std::string file = read(path("w.safetensors"));
  EXPECT_TRUE(parse(file).verify_checksum());
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    try {
      // One in the key of the checksum leaves a file that has none.
      EXPECT_FALSE(parse(flipped).verify_checksum()) << "bit " << bit;
      EXPECT_EQ(flipped.find("\"crc32\":\""), std::string::npos)
          << "bit " << bit;
    } catch (const Error &) {
    }
  }
  std::string flipped = file;
  flipped.back() ^= 1;
  EXPECT_REFUSED(parse(flipped).verify_checksum(),
                 "`w.safetensors` is damaged: its checksum is e5622a19 and it was "
                 "written with `92651a8f`");
  EXPECT_FALSE(parse(makeFile("{}", 0)).verify_checksum());
}

TEST_F(SafetensorsFile, SaysWhichFileCannotBeRead) {
  EXPECT_REFUSED(Safetensors(path("none.safetensors")),
                 in("`%/none.safetensors` cannot be opened: No such file or "
                    "directory")
                     .c_str());
  EXPECT_REFUSED(Safetensors(directory),
                 in("`%` is a directory; a file is expected").c_str());
  EXPECT_REFUSED(Safetensors(std::filesystem::path("/dev/zero")),
                 "`/dev/zero` is a device or a pipe; a file is expected");
  EXPECT_REFUSED(Safetensors(write("empty", "")),
                 in("`%/empty` is no safetensors file: it has 0 bytes and the "
                    "length of its header takes 8")
                     .c_str());
}

TEST_F(SafetensorsFile, IsNotWrittenWithNamesThatItCannotHave) {
  const Array one(std::vector<float>{1});
  EXPECT_REFUSED(
      write_safetensors(path("w"), NamedList<Array>{{"a", one}, {"a", one}}),
      in("`%/w` cannot be written: `a` is the name of two things in "
         "it")
          .c_str());
  EXPECT_REFUSED(
      write_safetensors(path("w"), {{"__metadata__", one}}, {{"k", "v"}}),
      in("`%/w` cannot be written: `__metadata__` is the name of "
         "two things in it")
          .c_str());
  EXPECT_REFUSED(write_safetensors(path("w"), NamedList<Array>{{"\xff", one}}),
                 in("`%/w` cannot be written: a name or text in it is not "
                    "UTF-8")
                     .c_str());
  EXPECT_TRUE(is_empty(directory));
}

} // namespace

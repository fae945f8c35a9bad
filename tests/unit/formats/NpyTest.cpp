//===- NpyTest.cpp - NPY and NPZ, what is read, what is refused ----------===//
#include "TemporaryDirectory.h"
#include "runtime/Throws.h"

#include <ingot/npy.h>

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

using namespace ingot::rt;
using testing::ElementsAre;

namespace {

template <class T> std::string bytes(std::initializer_list<T> values) {
  return {reinterpret_cast<const char *>(values.begin()),
          values.size() * sizeof(T)};
}

/// A file of version 1.0 with this dictionary and these elements.
std::string makeFile(const std::string &dictionary, const std::string &data) {
  const auto length = static_cast<uint16_t>(dictionary.size());
  return std::string("\x93NUMPY\x01\x00", 8) + bytes<uint16_t>({length}) +
         dictionary + data;
}

std::string header(const std::string &descr, const std::string &shape,
                   const std::string &fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran +
         ", 'shape': " + shape + ", }\n";
}

Array parse(const std::string &file) {
  return parse_npy(std::as_bytes(std::span(file)), "a.npy");
}

Array parse(const std::string &descr, const std::string &shape,
            const std::string &data, const std::string &fortran = "False") {
  return parse(makeFile(header(descr, shape, fortran), data));
}

/// Why `file` is refused, without its name in front.
std::string refusal(const std::string &file) {
  try {
    (void)parse(file);
  } catch (const Error &error) {
    const std::string_view text = error.what(), front = "`a.npy` ";
    EXPECT_TRUE(text.starts_with(front)) << text;
    return std::string(text.substr(front.size()));
  }
  return "no error";
}

std::string refusal(const std::string &dictionary, const std::string &data) {
  return refusal(makeFile(dictionary, data));
}

TEST(Npy, ReadsTheTypesOfArrays) {
  EXPECT_THAT(parse("<f4", "(2,)", bytes<float>({1.5f, -2})).f32(),
              ElementsAre(1.5f, -2));
  EXPECT_THAT(parse("<i4", "(2,)", bytes<int32_t>({7, -8})).i32(),
              ElementsAre(7, -8));
  EXPECT_THAT(parse("|u1", "(2,)", bytes<uint8_t>({7, 255})).u8(),
              ElementsAre(7, 255));
}

TEST(Npy, ConvertsOtherTypes) {
  EXPECT_THAT(parse("|b1", "(2,)", bytes<uint8_t>({0, 1})).u8(),
              ElementsAre(0, 1));
  EXPECT_THAT(parse("|i1", "(1,)", bytes<int8_t>({-7})).i32(), ElementsAre(-7));
  EXPECT_THAT(parse("<u2", "(1,)", bytes<uint16_t>({65535})).i32(),
              ElementsAre(65535));
  EXPECT_THAT(parse("<i2", "(1,)", bytes<int16_t>({-2})).i32(),
              ElementsAre(-2));
  EXPECT_THAT(parse("<u4", "(1,)", bytes<uint32_t>({5})).i32(), ElementsAre(5));
  EXPECT_THAT(parse("<i8", "(1,)", bytes<int64_t>({-5})).i32(),
              ElementsAre(-5));
  EXPECT_THAT(parse("<u8", "(1,)", bytes<uint64_t>({5})).i32(), ElementsAre(5));
  EXPECT_THAT(parse("<f2", "(1,)", bytes<uint16_t>({0x3e00})).f32(),
              ElementsAre(1.5f));
  EXPECT_THAT(parse("<f8", "(1,)", bytes<double>({0.1})).f32(),
              ElementsAre(0.1f));
}

TEST(Npy, ReadsEitherByteOrder) {
  EXPECT_THAT(parse(">f4", "(1,)", std::string("\x3f\xc0\0\0", 4)).f32(),
              ElementsAre(1.5f));
  EXPECT_THAT(parse(">i8", "(1,)", std::string("\0\0\0\0\0\0\1\2", 8)).i32(),
              ElementsAre(258));
  EXPECT_THAT(parse("=i2", "(1,)", bytes<int16_t>({258})).i32(),
              ElementsAre(258));
}

TEST(Npy, ReadsFortransOrder) {
  // [[0, 1, 2], [3, 4, 5]], column by column.
  const std::string columns = bytes<int32_t>({0, 3, 1, 4, 2, 5});
  const Array array = parse("<i4", "(2, 3)", columns, "True");
  EXPECT_THAT(array.shape(), ElementsAre(2, 3));
  EXPECT_THAT(array.i32(), ElementsAre(0, 1, 2, 3, 4, 5));
  // a[i][j][k] = 100 i + 10 j + k
  const Array cube = parse("|i1", "(2, 1, 3)",
                           bytes<int8_t>({0, 100, 1, 101, 2, 102}), "True");
  EXPECT_THAT(cube.i32(), ElementsAre(0, 1, 2, 100, 101, 102));
}

TEST(Npy, ReadsScalarsAndNothing) {
  EXPECT_EQ(parse("<f4", "()", bytes<float>({3})).shape(), Shape{1});
  EXPECT_EQ(parse("<f4", "(0, 5)", "").shape(), (Shape{0, 5}));
}

TEST(Npy, ReadsWhatPythonMayWrite) {
  const std::string data = bytes<float>({1, 2});
  EXPECT_EQ(parse(makeFile("{\"shape\":(1,2,),\"descr\":\"<f4\","
                           "\"fortran_order\":False}",
                           data))
                .shape(),
            (Shape{1, 2}));
  EXPECT_EQ(parse("<f4", "(2L,)", data).shape(), Shape{2});
  // Versions 2.0 and 3.0 have four bytes for the length.
  const std::string dictionary = header("<f4", "(2,)");
  for (const char major : {'\2', '\3'})
    EXPECT_THAT(
        parse(std::string("\x93NUMPY") + major + '\0' +
              bytes<uint32_t>({static_cast<uint32_t>(dictionary.size())}) +
              dictionary + data)
            .f32(),
        ElementsAre(1, 2));
}

TEST(Npy, RefusesWhatIsNoNpy) {
  EXPECT_EQ(refusal(""), "is no NPY file: it does not begin with \\x93NUMPY "
                         "and a version");
  EXPECT_EQ(refusal("\x93NUMPX\1\0"), "is no NPY file: it does not begin with "
                                      "\\x93NUMPY and a version");
  EXPECT_EQ(refusal(std::string("\x93NUMPY\4\1", 8)),
            "has version 4.1 of NPY; 1.0, 2.0 and 3.0 are read");
  EXPECT_EQ(refusal(std::string("\x93NUMPY\1\0\1", 9)),
            "is truncated: it has 9 bytes and its header begins at 10");
  EXPECT_EQ(refusal(std::string("\x93NUMPY\1\0\7\0{}", 12)),
            "is truncated: it has 12 bytes and its header ends at 17");
  EXPECT_EQ(refusal(std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12)),
            "promises a header of 4294967295 bytes; at most 10000 are read");
}

TEST(Npy, RefusesHeadersThatAreNoDictionary) {
  const auto syntax = [](int at) {
    return "has a header that is no dictionary of `descr`, `fortran_order` and "
           "`shape`, at its byte " +
           std::to_string(at);
  };
  EXPECT_EQ(refusal("", ""), syntax(0));
  EXPECT_EQ(refusal("[1]", ""), syntax(0));
  EXPECT_EQ(refusal("{'descr", ""), syntax(1));
  EXPECT_EQ(refusal("{'descr' '<f4'}", ""), syntax(9));
  EXPECT_EQ(refusal("{'fortran_order': 1}", ""), syntax(18));
  EXPECT_EQ(refusal("{'shape': 3}", ""), syntax(10));
  EXPECT_EQ(refusal("{'shape': (x,)}", ""), syntax(11));
  EXPECT_EQ(refusal(header("<f4", "(1,)") + "x", ""), syntax(58));
  EXPECT_EQ(refusal("{'shape': (1,), 'shape': (1,)}", ""),
            "names `shape` of its header twice");
  EXPECT_EQ(refusal("{'order': 1}", ""),
            "has `order` in its header; there are `descr`, `fortran_order` and "
            "`shape`");
  EXPECT_EQ(refusal("{'descr': '<f4', 'shape': (1,)}", ""),
            "has no `fortran_order` in its header");
}

TEST(Npy, RefusesElementsThatNoArrayHas) {
  EXPECT_EQ(refusal(header("|O", "(1,)"), ""),
            "has Python objects, which only Python can read; save an array of "
            "numbers");
  EXPECT_EQ(refusal("{'descr': [('x', '<f4')], ", ""),
            "has records of several fields; save each field as an array of its "
            "own");
  for (const char *type : {"<c8", "<U5", "<M8[s]", "<f16", "|V4", ""})
    EXPECT_EQ(refusal(header(type, "(1,)"), ""),
              "has elements of type `" + std::string(type) +
                  "`; must be b1, i1 to i8, u1 to u8, f2, f4 or f8");
  EXPECT_EQ(refusal(header("<i8", "(2,)"), bytes<int64_t>({0, -1LL << 40})),
            "has -1099511627776 as element 1, which does not fit i32");
}

TEST(Npy, RefusesWrongShapesAndLengths) {
  EXPECT_EQ(refusal(header("<f4", "(-1,)"), ""),
            "has the extent -1 in its shape; must fit 63 bits and not be "
            "negative");
  EXPECT_EQ(refusal(header("<f4", "(9223372036854775808,)"), ""),
            "has the extent 9223372036854775808 in its shape; must fit 63 bits "
            "and not be negative");
  EXPECT_EQ(refusal(header("<f4", "(3037000500, 3037000500)"), ""),
            "has the shape [3037000500, 3037000500], which is more than memory "
            "can hold");
  std::string ones;
  for (int i = 0; i < 65; ++i)
    ones += "1,";
  EXPECT_EQ(refusal(header("<f4", "(" + ones + ")"), bytes<float>({1})),
            "has more than 64 dimensions");
  EXPECT_EQ(refusal(header("<f4", "(1000000000,)"), bytes<float>({1})),
            "is truncated: it has 4 bytes of elements and its header promises "
            "4000000000");
  EXPECT_EQ(refusal(header("<f4", "(1,)"), bytes<float>({1, 2})),
            "goes on after the 4 bytes of elements that its header promises");
}

class NpyFile : public TemporaryDirectory {};

TEST_F(NpyFile, IsReadAsItWasWritten) {
  const auto roundTrip = [&](const Array &array) {
    write_npy(path("a.npy"), array);
    return read_npy(path("a.npy"));
  };
  const Array floats =
      roundTrip(Array(std::vector<float>{1, -0.f, 3, 4, 5, 6}, {2, 1, 3}));
  EXPECT_THAT(floats.shape(), ElementsAre(2, 1, 3));
  EXPECT_THAT(floats.f32(), ElementsAre(1, 0, 3, 4, 5, 6));
  EXPECT_TRUE(std::signbit(floats.f32()[1]));
  EXPECT_THAT(roundTrip(Array(std::vector<int32_t>{-3})).i32(),
              ElementsAre(-3));
  EXPECT_THAT(roundTrip(Array(std::vector<uint8_t>{200})).u8(),
              ElementsAre(200));
  EXPECT_EQ(roundTrip(Array(std::vector<float>(), {0, 7})).shape(),
            (Shape{0, 7}));
}

TEST_F(NpyFile, HasTheBytesOfNumPy) {
  write_npy(path("a.npy"), Array(std::vector<int32_t>{1, 2}));
  std::string dictionary =
      "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
  dictionary.resize(117, ' ');
  EXPECT_EQ(read(path("a.npy")),
            makeFile(dictionary + "\n", bytes<int32_t>({1, 2})));
}

TEST_F(NpyFile, SaysWhichFileCannotBeRead) {
  EXPECT_REFUSED(
      read_npy(path("none.npy")),
      in("`%/none.npy` cannot be opened: No such file or directory").c_str());
  EXPECT_REFUSED(
      read_npz(path("none.npz")),
      in("`%/none.npz` cannot be opened: No such file or directory").c_str());
}

class NpzFile : public TemporaryDirectory {
protected:
  std::string refusalOf(const std::string &bytes) {
    try {
      (void)parse_npz(std::as_bytes(std::span(bytes)), "a.npz");
    } catch (const Error &error) {
      return error.what();
    }
    return "no error";
  }

  /// The bytes of an archive of `arrays`.
  std::string archive(const NamedList<Array> &arrays, NpzOptions options = {}) {
    write_npz(path("a.npz"), arrays, options);
    return read(path("a.npz"));
  }

  /// `bytes` with every `from` replaced by `to`, as long.
  static std::string replaced(std::string bytes, const std::string &from,
                              const std::string &to) {
    size_t found = 0;
    for (size_t at = 0; (at = bytes.find(from, at)) != std::string::npos;
         ++found)
      bytes.replace(at, from.size(), to);
    EXPECT_GT(found, 0u) << from;
    return bytes;
  }
};

TEST_F(NpzFile, IsReadAsItWasWritten) {
  const NamedList<Array> arrays = {
      {"x", Array(std::vector<float>(1000, 0.5f), {10, 100})},
      {"tower/y", Array(std::vector<int32_t>{1, 2})},
      {"none", Array(std::vector<float>(), {0, 3})}};
  for (const bool compressed : {false, true}) {
    const std::string first = archive(arrays, {.compressed = compressed});
    EXPECT_EQ(first, archive(arrays, {.compressed = compressed}));
    EXPECT_EQ(first.size() < 2000, compressed);
    const NamedList<Array> back = read_npz(path("a.npz"));
    ASSERT_EQ(back.size(), 3u);
    EXPECT_EQ(back["x"].shape(), (Shape{10, 100}));
    EXPECT_THAT(back["x"].f32(), testing::Each(0.5f));
    EXPECT_THAT(back["tower/y"].i32(), ElementsAre(1, 2));
    EXPECT_EQ(back["none"].shape(), (Shape{0, 3}));
  }
}

TEST_F(NpzFile, MayBeEmpty) {
  EXPECT_EQ(archive({}).size(), 22u);
  EXPECT_TRUE(read_npz(path("a.npz")).empty());
}

TEST_F(NpzFile, IsRefusedIfItIsNone) {
  EXPECT_EQ(refusalOf("not a ZIP at all, but longer than its directory"),
            "`a.npz` is no NPZ file: Not a zip archive");
  EXPECT_EQ(refusalOf(""), "`a.npz` is no NPZ file: it is empty");
  std::string cut = archive({{"x", Array(std::vector<float>{1, 2})}});
  cut.resize(cut.size() - 1);
  EXPECT_EQ(refusalOf(cut), "`a.npz` is no NPZ file: Not a zip archive");
}

TEST_F(NpzFile, IsRefusedIfItsChecksumsDoNotHold) {
  const std::string bytes =
      archive({{"x", Array(std::vector<uint8_t>{'a', 'b', 'c', 'd'})}});
  EXPECT_EQ(refusalOf(replaced(bytes, "abcd", "abce")),
            "`x.npy` of `a.npz` cannot be read: CRC error");
}

TEST_F(NpzFile, IsRefusedForWhatIsNoArray) {
  const std::string bytes = archive({{"x", Array(std::vector<float>{1})},
                                     {"y", Array(std::vector<float>{2})}});
  EXPECT_EQ(refusalOf(replaced(bytes, "x.npy", "x.txt")),
            "`x.txt` of `a.npz` is no array: its name does not end in `.npy`");
  EXPECT_EQ(refusalOf(replaced(bytes, "y.npy", "x.npy")),
            "`a.npz` has two entries of one name");
}

TEST_F(NpzFile, IsRefusedForAnArrayThatIs) {
  // Uncompressed, so the header of the array can be seen. The checksum is that
  // of the whole entry, which is not read to its end.
  const std::string bytes = archive({{"x", Array(std::vector<float>(2))}});
  EXPECT_EQ(refusalOf(replaced(bytes, "(2,), }  ", "(1,), }  ")),
            "`x.npy` of `a.npz` goes on after the 4 bytes of elements that its "
            "header promises");
  EXPECT_EQ(refusalOf(replaced(bytes, "(2,), }         ", "(200000000,), } ")),
            "`x.npy` of `a.npz` cannot be read: CRC error");
  EXPECT_EQ(refusalOf(replaced(bytes, "NUMPY", "NUMPX")),
            "`x.npy` of `a.npz` is no NPY file: it does not begin with "
            "\\x93NUMPY and a version");
}

TEST_F(NpzFile, IsNotWrittenWithTwoOfOneName) {
  const Array one(std::vector<float>{1});
  EXPECT_REFUSED(
      write_npz(path("a.npz"), {{"x", one}, {"x", one}}),
      in("`%/a.npz` cannot be written: `x` is the name of two things in "
                    "it").c_str());
  EXPECT_TRUE(is_empty(directory));
}

} // namespace

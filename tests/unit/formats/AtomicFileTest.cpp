//===- AtomicFileTest.cpp - files that are whole or not there ------------===//
#include "formats/AtomicFile.h"
#include "TemporaryDirectory.h"
#include "runtime/Throws.h"

#include <csignal>
#include <cstdlib>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace ingot::rt;

namespace {

class AtomicFileTest : public TemporaryDirectory {};

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST_F(AtomicFileTest, AppearsWhenItIsCommitted) {
  write("a", "old");
  {
    AtomicFile file(path("a"));
    file.write(bytesOf("new"));
    file.write(bytesOf("er"));
    EXPECT_EQ(read(path("a")), "old");
    file.commit();
    EXPECT_EQ(read(path("a")), "newer");
  }
  EXPECT_EQ(read(path("a")), "newer");
  EXPECT_FALSE(exists(path(".a.part")));
}

TEST_F(AtomicFileTest, LeavesNothingIfItIsGivenUp) {
  write("a", "old");
  { AtomicFile(path("a")).write(bytesOf("new")); }
  EXPECT_EQ(read(path("a")), "old");
  EXPECT_FALSE(exists(path(".a.part")));
}

TEST_F(AtomicFileTest, StartsWhatAKilledWriterLeftAnew) {
  write(".a.part", "half of something long");
  writeFile(path("a"), bytesOf("all"));
  EXPECT_EQ(read(path("a")), "all");
  EXPECT_FALSE(exists(path(".a.part")));
}

TEST_F(AtomicFileTest, KeepsThePermissionsOfTheFile) {
  write("a", "old");
  ASSERT_EQ(chmod(path("a").c_str(), 0640), 0);
  writeFile(path("a"), bytesOf("new"));
  struct stat status;
  ASSERT_EQ(stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(AtomicFileTest, FollowsASymbolicLink) {
  write("a", "old");
  std::filesystem::create_symlink(path("a"), path("link"));
  writeFile(path("link"), bytesOf("new"));
  EXPECT_TRUE(is_symlink(path("link")));
  EXPECT_EQ(read(path("a")), "new");
}

TEST_F(AtomicFileTest, DoesNotReplaceWhatIsNoFile) {
  EXPECT_REFUSED(writeFile("/dev/full", bytesOf("x")),
                 "`/dev/full` cannot be written: it is a device or a pipe; "
                 "must be a file");
  EXPECT_REFUSED(
      writeFile(directory, bytesOf("x")),
      in("`%` cannot be written: it is a directory; must be a file").c_str());
}

TEST_F(AtomicFileTest, SaysWhatIsMissing) {
  EXPECT_REFUSED(
      writeFile(path("none") / "a", bytesOf("x")),
      in("`%/none/a` cannot be written: No such file or directory").c_str());
}

TEST_F(AtomicFileTest, HasOneWriterAtATime) {
  AtomicFile first(path("a"));
  EXPECT_REFUSED(
      AtomicFile(path("a")),
      in("`%/a` cannot be written: another process is writing it").c_str());
  first.commit();
  // The name is free again, though `first` still has its file.
  writeFile(path("a"), bytesOf("second"));
  EXPECT_EQ(read(path("a")), "second");
}

/// Limits files of this process to `bytes` while it lives.
class FileSizeLimit {
public:
  explicit FileSizeLimit(rlim_t bytes)
      : handler(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &saved);
    const rlimit limit{bytes, saved.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &saved);
    std::signal(SIGXFSZ, handler);
  }

private:
  void (*handler)(int);
  rlimit saved;
};

TEST_F(AtomicFileTest, LeavesTheOldFileIfTheNewOneDoesNotFit) {
  write("a", "old");
  {
    const FileSizeLimit limit(4);
    EXPECT_REFUSED(writeFile(path("a"), bytesOf("too long")),
                   in("`%/a` cannot be written: File too large").c_str());
  }
  EXPECT_EQ(read(path("a")), "old");
  EXPECT_FALSE(exists(path(".a.part")));
}

// check-full-disk.py gives it a disk that is too small and one that is
// read-only.
TEST(AtomicFileOnADisk, IsRefusedWithTheReason) {
  const char *full = std::getenv("INGOT_FULL_DISK");
  const char *readOnly = std::getenv("INGOT_READ_ONLY_DISK");
  if (!full || !readOnly)
    return; // run by check-full-disk.py
  const std::filesystem::path file = std::filesystem::path(full) / "a";
  const std::string large(1 << 20, 'x');
  EXPECT_REFUSED(
      writeFile(file, bytesOf(large)),
      ("`" + file.string() + "` cannot be written: No space left on device")
          .c_str());
  EXPECT_TRUE(std::filesystem::is_empty(full));
  const std::filesystem::path other = std::filesystem::path(readOnly) / "a";
  EXPECT_REFUSED(
      writeFile(other, bytesOf("x")),
      ("`" + other.string() + "` cannot be written: Read-only file system")
          .c_str());
}

} // namespace

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-file.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "broker/base/failure.h"
#include "broker/base/ids.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr std::string_view MAGIC = "latchkey bundle\n";
constexpr uint32_t VERSION = 1;

uint64_t number(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

void append(std::string& bytes, uint64_t value, size_t size) {
  for (; size > 0; --size, value >>= 8) bytes += static_cast<char>(value & 0xff);
}

// Empty where the file ends before.
std::string readAt(int file, uint64_t at, size_t size) {
  std::string bytes(size, '\0');
  for (size_t got = 0; got < size;) {
    auto count = pread(file, bytes.data() + got, size - got, static_cast<off_t>(at + got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    got += static_cast<size_t>(count);
  }
  return bytes;
}

void writeAll(int file, const char* bytes, size_t size) {
  while (size > 0) {
    ssize_t count;
    KJ_SYSCALL(count = write(file, bytes, size));
    bytes += count;
    size -= static_cast<size_t>(count);
  }
}

void copyArchive(int from, uint64_t at, uint64_t size, int to) {
  std::vector<char> buffer(256 << 10);
  while (size > 0) {
    ssize_t count;
    KJ_SYSCALL(count = pread(from, buffer.data(), std::min<uint64_t>(buffer.size(), size), static_cast<off_t>(at)));
    KJ_REQUIRE(count > 0, "the archive ended while it was copied");
    writeAll(to, buffer.data(), static_cast<size_t>(count));
    at += static_cast<uint64_t>(count);
    size -= static_cast<uint64_t>(count);
  }
}

}  // namespace

std::variant<BundleHead, BundleProblem> BundleHead::parse(std::string_view bytes) {
  if (bytes.size() < SIZE || !bytes.starts_with(MAGIC)) return BundleProblem{"this is no bundle"};
  if (number(bytes.substr(16, 4)) != VERSION)
    return BundleProblem{"this bundle is of a format that this version of Latchkey does not know"};
  BundleHead head{
      .listSize = static_cast<uint32_t>(number(bytes.substr(20, 4))),
      .signatureSize = static_cast<uint32_t>(number(bytes.substr(24, 4))),
      .archiveSize = number(bytes.substr(32, 8)),
  };
  memcpy(head.signer.id.data(), bytes.data() + 40, head.signer.id.size());
  memcpy(head.signer.key.data(), bytes.data() + 48, head.signer.key.size());
  if (head.listSize == 0 || head.listSize > MAX_LIST) return BundleProblem{"its list of files is empty or too long"};
  if (head.signatureSize > Signature::MAX_SIZE) return BundleProblem{"its signature is too long to be one"};
  if (head.archiveSize == 0 || head.archiveSize > MAX_ARCHIVE)
    return BundleProblem{"its archive is empty or too large"};
  // Also says that what is spare is empty, and that nobody is named as the signer where nobody signed.
  if (head.bytes() != bytes.substr(0, SIZE)) return BundleProblem{"its first bytes are not those of a bundle"};
  return head;
}

std::string BundleHead::bytes() const {
  std::string all(MAGIC);
  append(all, VERSION, 4);
  append(all, listSize, 4);
  append(all, signatureSize, 4);
  append(all, 0, 4);
  append(all, archiveSize, 8);
  auto named = signatureSize == 0 ? PublicKey() : signer;
  all.append(named.id.begin(), named.id.end());
  all.append(named.key.begin(), named.key.end());
  return all;
}

std::variant<BundleFile, BundleProblem> BundleFile::open(const std::string& path) {
  kj::AutoCloseFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return BundleProblem{strerror(errno)};
  struct stat status{};
  KJ_SYSCALL(fstat(file, &status));
  if (!S_ISREG(status.st_mode)) return BundleProblem{"this is no file"};
  auto parsed = BundleHead::parse(readAt(file, 0, BundleHead::SIZE));
  if (auto problem = std::get_if<BundleProblem>(&parsed)) return std::move(*problem);
  auto& head = std::get<BundleHead>(parsed);
  auto size = static_cast<uint64_t>(status.st_size);
  if (size < head.fileSize()) return BundleProblem{"it is cut off: get it once more"};
  if (size > head.fileSize()) return BundleProblem{"something follows after its end"};
  BundleFile bundle{.file = kj::mv(file), .head = head};
  bundle.list = readAt(bundle.file, BundleHead::SIZE, head.listSize);
  bundle.signature = readAt(bundle.file, BundleHead::SIZE + uint64_t{head.listSize}, head.signatureSize);
  if (bundle.list.empty() || bundle.signature.size() != head.signatureSize)
    return BundleProblem{"it changed while it was read"};
  return bundle;
}

std::variant<Signature, BundleProblem> checkSignature(const BundleFile& bundle,
                                                      const std::optional<PublicKey>& expected) {
  if (bundle.signature.empty()) return BundleProblem{"it is not signed"};
  auto& signer = bundle.head.signer;
  if (expected && *expected != signer) {
    bool sameName = expected->id == signer.id;
    return BundleProblem{"it is signed by another key, " + signer.idText() + " instead of " + expected->idText() +
                         (sameName ? " (the ids are equal, the keys are not)" : "")};
  }
  auto signature = Signature::parse(bundle.signature);
  if (!signature) return BundleProblem{"its signature is malformed"};
  if (signature->keyId != signer.id) return BundleProblem{"its signature names another key than the bundle does"};
  if (!signature->isOf(signer, bundle.list))
    return BundleProblem{"its signature is wrong: it was changed after signing"};
  return std::move(*signature);
}

void writeBundle(const std::string& path, std::string_view list, std::string_view signature, const PublicKey& signer,
                 int archive, uint64_t archiveAt, uint64_t archiveSize) {
  BundleHead head{.listSize = static_cast<uint32_t>(list.size()),
                  .signatureSize = static_cast<uint32_t>(signature.size()),
                  .archiveSize = archiveSize,
                  .signer = signer};
  auto beside = path + ".new-" + randomToken().substr(0, 8);
  kj::AutoCloseFd file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0) fail("cannot write " + escaped(path) + ": " + strerror(errno));
  KJ_ON_SCOPE_FAILURE(unlink(beside.c_str()));
  auto bytes = head.bytes();
  for (std::string_view part : {std::string_view(bytes), list, signature}) writeAll(file, part.data(), part.size());
  copyArchive(archive, archiveAt, archiveSize, file);
  KJ_SYSCALL(fsync(file));
  KJ_SYSCALL(rename(beside.c_str(), path.c_str()), path);
}

}  // namespace latchkey

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Bundles. The first byte of the input says what the rest is: a whole file; a digest list; or the entries of a list
// (two bytes of length before them) and a packed archive, around which a list is made that vouches for it - as a signer
// who means harm would. Whatever is accepted has to be what was read, and nothing in it may lead out or deceive.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <format>

#include "broker/base/text.h"
#include "launcher/bundle/read-bundle.h"

using namespace latchkey;

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}

bool clean(const std::string& text) { return escaped(text) == text; }

void requireSound(const DigestList& list) {
  require(isBundleId(list.id) && isBundleVersion(list.version), "an id that is none");
  for (auto& entry : list.entries) {
    require(clean(entry.path) && entry.path.find("..") != 0 && entry.path.find("/../") == std::string::npos &&
                !entry.path.starts_with('/'),
            "a path that leads out");
    require(clean(entry.target) && !entry.target.starts_with('/'), "a link that leads out");
  }
}

void requireShown(const BundleProblem& problem) { require(!problem.reason.empty(), "a refusal without a reason"); }

kj::AutoCloseFd fileOf(std::string_view bytes) {
  kj::AutoCloseFd file(memfd_create("bundle", MFD_CLOEXEC));
  require(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "memory");
  return file;
}

void wholeFile(std::string_view bytes) {
  auto file = fileOf(bytes);
  auto opened = BundleFile::open("/proc/self/fd/" + std::to_string(file.get()));
  if (auto problem = std::get_if<BundleProblem>(&opened)) return requireShown(*problem);
  auto& bundle = std::get<BundleFile>(opened);
  require(bundle.head.fileSize() == bytes.size(), "a length that is not the file's");
  auto signature = checkSignature(bundle);
  if (auto problem = std::get_if<BundleProblem>(&signature)) requireShown(*problem);
}

void list(std::string_view bytes) {
  auto parsed = DigestList::parse(bytes);
  if (auto problem = std::get_if<BundleProblem>(&parsed)) return requireShown(*problem);
  require(std::get<DigestList>(parsed).text() == bytes, "two texts of one list");
  requireSound(std::get<DigestList>(parsed));
}

void archive(std::string_view bytes) {
  if (bytes.size() < 2) return;
  auto length = static_cast<size_t>(static_cast<uint8_t>(bytes[0]) | static_cast<uint8_t>(bytes[1]) << 8);
  if (length > bytes.size() - 2) return;
  auto entries = bytes.substr(2, length), packed = bytes.substr(2 + length);
  auto text = std::format("latchkey digests 1\napp\torg.example.Hello\t1.0\narchive\t{}\t{}\n{}", packed.size(),
                          digestOf(packed), entries);
  auto file = fileOf(packed);
  Extractor nowhere(-1);
  auto result = readBundle(text, file, 0, packed.size(), nowhere);
  if (auto problem = std::get_if<BundleProblem>(&result)) return requireShown(*problem);
  auto& contents = std::get<BundleContents>(result);
  requireSound(contents.list);
  require(contents.manifest.id == contents.list.id, "a manifest of another app");
  for (auto& command : contents.manifest.commands)
    require(objectionToCommand(command.words).empty(), "a command that is none");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: wholeFile(bytes); break;
    case 1: list(bytes); break;
    default: archive(bytes); break;
  }
  return 0;
}

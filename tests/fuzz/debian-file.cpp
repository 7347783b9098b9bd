// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Debian packages' files: refused with one line, or what is said about one can be shown. Nothing is written.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/text.h"
#include "launcher/bundle/debian-file.h"

using namespace latchkey;

namespace {
void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}
bool clean(const std::string& text) { return escaped(text) == text; }
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static int file = memfd_create("package", MFD_CLOEXEC);
  if (ftruncate(file, 0) < 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  auto result = unpackDebianFile(file, size, -1);
  if (auto problem = std::get_if<BundleProblem>(&result)) {
    require(!problem->reason.empty(), "a refusal without a reason");
    return 0;
  }
  auto& package = std::get<DebianFile>(result);
  require(!package.name.empty() && clean(package.name) && clean(package.version) && clean(package.summary),
          "a text that can deceive");
  for (auto& line : package.leftOut) require(clean(line), "a line that can deceive");
  return 0;
}

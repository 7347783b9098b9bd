// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a Flatpak says that it may: refused with one printable line, or clean in every text; and what Latchkey would do
// instead is a manifest that can be read, whatever it was made of.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-manifest.h"
#include "launcher/flatpak/flatpak-claims.h"

using namespace latchkey;

namespace {
void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}
bool clean(const std::string& text) { return escaped(text) == text; }

void check(const flatpak::Metadata& metadata) {
  auto lines = flatpak::insteadOf(metadata);
  require(lines.size() >= metadata.permissions.size(), "a permission nobody is told of");
  for (auto& line : lines) {
    require(clean(line.permission) && clean(line.sentence) && !line.sentence.empty(), "a line that can deceive");
    require(line.claims.empty() || line.instead == flatpak::Instead::Asks, "a claim of what is not asked for");
  }
  // A permission's own text stands for whatever a desktop entry may say, too.
  auto said = lines.empty() ? std::string() : lines[0].permission;
  auto result = BundleManifest::parse(flatpak::manifestFor(metadata, lines, said, said));
  if (auto problem = std::get_if<BundleProblem>(&result)) fprintf(stderr, "%s\n", problem->reason.c_str());
  auto manifest = std::get_if<BundleManifest>(&result);
  require(manifest != nullptr, "a manifest that cannot be read");
  require(manifest->id == metadata.id, "another app");
  for (auto& claim : manifest->claims) require(clean(claim.target), "a claim that can deceive");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  // What stands behind the first form feed is an override.
  auto parted = text.find('\f');
  auto result = flatpak::readMetadata(text.substr(0, parted));
  if (auto problem = std::get_if<flatpak::Problem>(&result)) {
    require(clean(problem->reason) && !problem->reason.empty(), "a problem that cannot be shown");
    return 0;
  }
  auto& metadata = std::get<flatpak::Metadata>(result);
  check(metadata);
  if (parted == text.npos) return 0;
  if (!flatpak::applyOverride(metadata, text.substr(parted + 1))) check(metadata);
  return 0;
}

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Manifests: refused with one printable line, or clean in every text.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/text.h"
#include "launcher/manifest/manifest.h"

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
  auto result = parseManifest({reinterpret_cast<const char*>(data), size}, "m.toml");
  if (auto problem = std::get_if<ManifestProblem>(&result)) {
    require(problem->text.starts_with("m.toml:") && clean(problem->text), "a problem that cannot be shown");
    return 0;
  }
  auto& manifest = std::get<Manifest>(result);
  require(!manifest.id.empty() && manifest.id.find('/') == std::string::npos, "an id that is none");
  require(clean(manifest.name) && clean(manifest.version) && clean(manifest.icon), "a text that can deceive");
  for (auto& word : manifest.command) require(clean(word) && !word.empty(), "a word that can deceive");
  for (auto& claim : manifest.claims)
    require(clean(claim.reason) && clean(claim.target) && !claim.kind.empty(), "a claim that can deceive");
  return 0;
}

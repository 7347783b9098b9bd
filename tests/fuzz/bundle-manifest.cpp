// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Manifests of bundles: refused with one printable line, or clean in every text.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-manifest.h"
#include "launcher/bundle/digest-list.h"

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
  auto result = BundleManifest::parse({reinterpret_cast<const char*>(data), size});
  if (auto problem = std::get_if<BundleProblem>(&result)) {
    require(problem->reason.starts_with("manifest.toml:") && clean(problem->reason), "a problem that cannot be shown");
    return 0;
  }
  auto& manifest = std::get<BundleManifest>(result);
  require(isBundleId(manifest.id) && isBundleVersion(manifest.version), "an id that is none");
  require(clean(manifest.name) && clean(manifest.summary) && clean(manifest.licence), "a text that can deceive");
  require(manifest.icon.empty() || staysBelow(manifest.icon, 0), "a path that leads out");
  for (auto& command : manifest.commands) {
    require(objectionToCommand(command.words).empty(), "a command that is none");
    require(command.desktop.empty() || staysBelow(command.desktop, 0), "a path that leads out");
  }
  for (auto& claim : manifest.claims) {
    require(clean(claim.reason) && clean(claim.target) && !claim.kind.empty() && !claim.reason.empty(),
            "a claim that can deceive");
  }
  return 0;
}

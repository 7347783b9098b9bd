// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What Latchkey does instead of what a Flatpak is allowed from the start: a sentence for each, and what of it an app
// would claim. Nothing is granted here or by anybody who shows this.

#include <string>
#include <string_view>
#include <vector>

#include "launcher/flatpak/flatpak-metadata.h"
#include "launcher/manifest/manifest.h"

namespace latchkey::flatpak {

enum class Instead {
  Nothing,  // It works without: it has something of its own, or everybody has that.
  Asks,     // The person is asked when it comes to it, or picks the thing in a dialog.
  Ability,  // Something that its manifest has to name; what could do harm is switched on by the person besides.
  Refused   // There is no way to it.
};
// "nothing", "asks", "ability", "refused".
std::string_view nameOf(Instead instead);

struct Line {
  std::string permission = {};  // As spelled(). One may have several lines.
  Instead instead = Instead::Refused;
  std::string sentence = {};  // In plain words; fit to be shown.
  std::vector<ManifestClaim> claims = {};
  std::string ability = {};  // "gpu", "needs-x11": of Ability.
};

// In the order of the permissions.
std::vector<Line> insteadOf(const Metadata& metadata);

// The claims of all lines, each once, with the permission as the reason. Those that lie within others are left out.
std::vector<ManifestClaim> claimsOf(const std::vector<Line>& lines);

// manifest.toml of a bundle (packaging/FORMAT.md) to begin with. `name` and `summary` come from its desktop entry;
// empty: from its id.
std::string manifestFor(const Metadata& metadata, const std::vector<Line>& lines, std::string_view name,
                        std::string_view summary);

}  // namespace latchkey::flatpak

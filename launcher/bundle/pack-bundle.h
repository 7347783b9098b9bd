// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Making a bundle of a folder that holds manifest.toml and files/. What a reader would refuse is refused here already,
// by the same rules; who owned the files, when they were made and in which order they lie on disk is not in the result.

#include <string>
#include <variant>
#include <vector>

#include "launcher/bundle/read-bundle.h"

namespace latchkey {

struct PackedBundle {
  BundleContents contents = {};
  std::vector<std::string> needs = {};  // Of the host: libraries and interpreters that are not in it.
};

// `directory` is read, the archive appended to `archive`, both borrowed.
std::variant<PackedBundle, BundleProblem> packBundle(int directory, int archive);

}  // namespace latchkey

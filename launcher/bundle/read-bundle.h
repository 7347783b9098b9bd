// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Reading what was signed: list, then archive, then manifest, then each file - each only after what vouches for it.

#include <string_view>
#include <variant>

#include "launcher/bundle/bundle-manifest.h"
#include "launcher/bundle/digest-list.h"
#include "launcher/bundle/extractor.h"

namespace latchkey {

struct BundleContents {
  DigestList list = {};
  BundleManifest manifest = {};
};

// `list`: the bytes that were signed. `file` holds the archive, `size` bytes from `at`. What is in it goes to
// `extractor`; after a problem what that wrote is worth nothing.
std::variant<BundleContents, BundleProblem> readBundle(std::string_view list, int file, uint64_t at, uint64_t size,
                                                       Extractor& extractor);

// Without the archive: what the rules want to see lies in `folder`, each file by its digest as its name. Says what
// readBundle() would, of a bundle whose other contents are as listed.
std::variant<BundleContents, BundleProblem> readParts(std::string_view list, int folder);

}  // namespace latchkey

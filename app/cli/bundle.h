// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What `latchkey bundle` shares among its acts.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/command.h"
#include "launcher/bundle/bundler.h"

namespace latchkey::cli {

// Prints one line about `file` and answers FAILED.
int refuseBundle(std::string_view file, const std::string& reason);

// The person's secret key: of --key, else $XDG_CONFIG_HOME/latchkey/bundle.key. Asks for its password where it has one.
SecretKey signingKey(const Call& call);
// The public key that --key names: a file, or the key itself.
std::optional<PublicKey> expectedKey(const Call& call);
SecretKey secretKeyOf(const std::string& path);
// What a word names: a file, or the key itself. UsageError if it is neither.
PublicKey publicKeyOf(const std::string& named);
bool hasSigningKey(const Call& call);

// "12 entries, 3.4 MB": files, folders and links.
std::string bundleExtent(schema::BundleReport::Reader report);

int buildBundle(Call& call);
int initBundle(Call& call);
int inspectBundle(Call& call);

}  // namespace latchkey::cli

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

// Yours, made and told if there is none yet: what you pack for yourself is signed by you.
SecretKey ensureSigningKey(const Call& call);

// "12 entries, 3.4 MB": files, folders and links.
std::string bundleExtent(schema::BundleReport::Reader report);

// Packs a folder with manifest.toml and files/ into the file `output` (empty: ID-VERSION.latchkey), signed by `key` if
// there is one. `named`: what it was made of, as typed; `shown`: what the file is called to the person. FAILED after
// one line if it cannot be a bundle.
int packBundle(const Call& call, const std::string& source, const std::string& named, std::string output,
               const SecretKey* key, std::string shown = {});
// Makes such a folder of a Debian package or an AppImage, by the bytes of the file, and tells what was left out.
// False: it is neither.
bool stageFile(const Call& call, const std::string& folder, const std::string& path);

int buildBundle(Call& call);
int initBundle(Call& call);
int inspectBundle(Call& call);

}  // namespace latchkey::cli

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bundles in words: what one claims, who signed it, how large it is. Fit to be shown; what its author wrote stands in
// quotation marks and can close none of ours.

#include <string>

#include "broker/schema/packages.capnp.h"

namespace latchkey::cli {

using PackageClaim = schema::BundleReport::Claim::Reader;

// "to see everything in ~/Music".
std::string claimWords(PackageClaim claim);
// "folder:~/Music": how it is called on a command line.
std::string claimName(PackageClaim claim);
// The author's, in the person's language, quoted; empty if there is none.
std::string quotedReason(PackageClaim claim);
std::string quoted(std::string_view untrusted, size_t characters);

// "F00D… (the same as before)".
std::string signerWords(schema::Signer::Reader signer, schema::Trust trust);
// "4.2 MB".
std::string byteWords(uint64_t bytes);

// As the author has it in the person's language.
std::string packageName(schema::BundleReport::Reader report);
std::string packageSummary(schema::BundleReport::Reader report);
std::string packageChanges(schema::BundleReport::Reader report);

}  // namespace latchkey::cli

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Words about bundles: what one asks for, who signed it. What an author chose stands in them isolated, or in quotes of
// its own beside them.

#include "app/ui/package-records.h"

namespace latchkey::ui::wording {

// "see and change everything in ~/Music"
QString claim(const PackageClaim& claim);
// "new", "more than before: it was …"; empty where there is nothing to remark.
QString remark(const ClaimChange& change);
QString claimSymbol(const PackageClaim& claim);
// "Signed by the key 1A2B…, which also signed it before."
QString signer(const PackageSheet& sheet);
// "12 MB, of which 3 MB are not here yet"
QString extent(const PackageSheet& sheet);
// "New here", "Instead of 1.0, which is installed"
QString step(const PackageSheet& sheet);
// A reason as a sentence of its own.
QString sentence(const QString& reason);
// "from org.example.apps · 2.1 · 64 MB"
QString offered(const PackageOffer& offer);
// "Its author signed Mousepad too", "Nothing here is of its author yet"
QString offerSigner(const PackageOffer& offer);
// "12 apps · reached 14:02 · good until 30 Jan"
QString extent(const FollowedRepository& repository);
// What is wrong with it, as a sentence; empty: nothing.
QString problem(const FollowedRepository& repository);

}  // namespace latchkey::ui::wording

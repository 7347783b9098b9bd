// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bundles of the demo: one that is new, one that is an update, one of another signer; and what is installed.

#include "app/ui/demo/fake-broker.h"

namespace latchkey::ui {

PackageSheet newBundle();
// Of an app that is there, asking for more, for less, and for the same.
PackageSheet updateBundle();
PackageSheet bundleWithRuntime();
PackageSheet strangersBundle();
PackageSheet hostileBundle();
// Follows two repositories, one of which cannot be reached; Mousepad and two others are from the first.
void addRepositories(Script& script);
// Mousepad can go back, and a newer version of it waits.
void addPackages(Script& script);

}  // namespace latchkey::ui

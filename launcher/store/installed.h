// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is installed from bundles, for those who list it and start it. Reading only; nobody's leave is needed.
//
// `current` is resolved once, and what it leads to is held: a shared lock on the deploy's folder, as long as any
// duplicate of its descriptor is open, keeps it from being collected. Whatever is installed, removed or collected
// meanwhile, an instance goes on with the very files it began with.

#include <kj/io.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/bundle/bundle-report.h"

namespace latchkey {

struct InstalledApp {
  std::string id = {};
  std::string version = {};
  std::string path = {};  // Of the deploy, as it was found. For show: what is used is the descriptor.
  kj::AutoCloseFd folder;
  std::unique_ptr<BundleReport> report = {};
};

// `store`: Places::store(). Sorted. Empty if there is no store.
std::vector<std::string> installedIds(const std::string& store);

// Nothing if it is not installed, or what is there cannot be used: then `problem` is one sentence.
kj::Maybe<InstalledApp> findInstalled(const std::string& store, std::string_view id, std::string* problem = nullptr);

namespace store {

constexpr size_t MAX_REPORT = 5 << 20;  // Bytes, as it is kept.
// Null: missing or damaged. `bytes` as reportBytes() makes them.
std::unique_ptr<BundleReport> reportFrom(std::string_view bytes);
// Of the deploy that is in this folder.
std::unique_ptr<BundleReport> readReport(int deploy);
std::string reportBytes(const BundleReport& report);

}  // namespace store

}  // namespace latchkey

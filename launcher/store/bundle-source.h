// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A bundle as a source of contents: unpacked by the process that is thrown away with it, then moved file by file.

#include "launcher/bundle/bundler.h"
#include "launcher/store/store.h"

namespace latchkey::store {

class BundleSource final : public ContentSource {
public:
  // Both are borrowed.
  BundleSource(const Bundler& bundler, const BundleFile& bundle) : m_bundler(bundler), m_bundle(bundle) {}
  std::string prepare(int folder, const std::vector<const BundleEntry*>& wanted) override;
  std::string fetch(const BundleEntry& entry, int folder, const std::string& name) override;

private:
  const Bundler& m_bundler;
  const BundleFile& m_bundle;
  kj::AutoCloseFd m_tree;
};

// What vouches for a bundle that was looked at, and what was said of it then.
Papers papersOf(const BundleFile& bundle, const BundleReport& report);

}  // namespace latchkey::store

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/bundle-source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::store {

std::string BundleSource::prepare(int folder, const std::vector<const BundleEntry*>&) {
  auto result = m_bundler.unpack(m_bundle, folder);
  if (auto problem = std::get_if<BundleProblem>(&result)) return problem->reason;
  m_tree = duplicate(folder);
  return {};
}

std::string BundleSource::fetch(const BundleEntry& entry, int folder, const std::string& name) {
  auto place = whereIn(m_tree, entry.path);
  if (place.folder.get() >= 0 && renameat(place.folder, place.name.c_str(), folder, name.c_str()) == 0) return {};
  return brief(entry.path, 200) + ": is missing after unpacking";
}

Papers papersOf(const BundleFile& bundle, const BundleReport& report) {
  return {
      .list = bundle.list, .signature = bundle.signature, .signer = bundle.head.signer, .report = reportBytes(report)};
}

}  // namespace latchkey::store

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/folded-names.h"

#include <QString>
#include <unordered_map>

#include "broker/base/text.h"

namespace latchkey {

std::string objectionToNames(const std::vector<BundleEntry>& entries) {
  std::unordered_map<std::string, std::string_view> folded;
  for (auto& entry : entries) {
    auto [at, fresh] = folded.try_emplace(foldedName(entry.path), entry.path);
    if (!fresh) {
      return brief(entry.path, 200) + ": differs from " + brief(at->second, 200) +
             " only in case or in how accents are written";
    }
  }
  return "";
}

std::string foldedName(std::string_view path) {
  auto text = QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size()));
  // Folding can undo the composition that comes before it.
  auto folded = text.normalized(QString::NormalizationForm_KC).toCaseFolded().normalized(QString::NormalizationForm_KC);
  return folded.toStdString();
}

}  // namespace latchkey

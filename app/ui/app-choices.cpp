// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/app-choices.h"

#include <algorithm>

#include "app/ui/alphabet.h"

namespace latchkey::ui {
namespace {

constexpr qsizetype MOST_APPS = 100;

}  // namespace

QList<AppChoice> appChoices(const AppsModel& names, const QHash<QString, Instance>& instances, const QString& filter) {
  QHash<QString, AppChoice> all;
  auto add = [&](const QString& holder, bool running) {
    auto app = holder.section(u'@', 0, 0);
    auto name = names.wholeNameOf(holder);
    if (!name.contains(filter.trimmed(), Qt::CaseInsensitive)) return;
    auto portrait = QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(app)));
    all.insert(holder, {holder, name, portrait, running});
  };
  for (const auto& id : names.known()) add(id, false);
  for (const auto& one : instances) add(one.holder(), true);
  auto list = all.values();
  std::ranges::sort(list, [collator = alphabet()](const AppChoice& a, const AppChoice& b) {
    if (a.running != b.running) return a.running;
    int order = collator.compare(a.name, b.name);
    return order ? order < 0 : a.holder < b.holder;
  });
  return list.mid(0, MOST_APPS);
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/default-apps.h"

#include "broker/base/files.h"
#include "broker/base/key-file.h"
#include "launcher/desktop/desktop-places.h"

namespace latchkey::ui {
namespace {

constexpr size_t LARGEST = 1 << 20;

void add(QStringList& apps, const KeyFile* file, const char* group, const std::string& type,
         const QStringList& without = {}) {
  const auto* found = file->find(group);
  auto value = found ? found->find(type) : std::nullopt;
  if (!value) return;
  for (const auto& name : listValue(*value)) {
    auto id = QString::fromStdString(name);
    if (id.endsWith(u".desktop")) id.chop(8);
    if (!apps.contains(id) && !without.contains(id)) apps << id;
  }
}

}  // namespace

Associations associationsOf(const QList<QByteArray>& files, const QString& type) {
  Associations found;
  for (const auto& text : files) {
    auto file = KeyFile::parse(text.toStdString(), nullptr, Repeats::FirstCounts);
    if (!file) continue;
    auto key = type.toStdString();
    add(found.defaults, &*file, "Default Applications", key, found.removed);
    // What a more important list removed stays removed; what it added stays.
    add(found.added, &*file, "Added Associations", key, found.removed);
    add(found.removed, &*file, "Removed Associations", key, found.added);
  }
  return found;
}

QList<QByteArray> associationFiles() {
  auto places = DesktopPlaces::fromEnvironment();
  std::vector<std::string> folders{places.configHome};
  auto config = qEnvironmentVariable("XDG_CONFIG_DIRS", QStringLiteral("/etc/xdg"));
  for (const auto& folder : config.split(u':', Qt::SkipEmptyParts)) {
    if (folder.startsWith(u'/')) folders.push_back(folder.toStdString());
  }
  for (const auto& folder : places.inOrder()) folders.push_back(folder + "/applications");
  QList<QByteArray> files;
  auto read = [&](const std::string& path) {
    auto text = tryReadFile(path, LARGEST);
    KJ_IF_MAYBE (content, text) files.append(QByteArray::fromStdString(*content));
  };
  for (const auto& folder : folders) {
    for (const auto& desktop : places.desktops)
      read(folder + "/" + QString::fromStdString(desktop).toLower().toStdString() + "-mimeapps.list");
    read(folder + "/mimeapps.list");
  }
  return files;
}

}  // namespace latchkey::ui

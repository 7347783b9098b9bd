// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/chooser-places.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QStandardPaths>

#include <algorithm>
#include <memory>

#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(ChooserPlaces)
};

constexpr qsizetype MOST_OF_A_KIND = 40;

bool isFolder(const QByteArray& path) {
  struct stat facts{};
  return stat(path.constData(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

QString shown(const QByteArray& name) {
  return QString::fromStdString(brief(std::string_view(name.constData(), size_t(name.size())), 80));
}

QByteArray nameOf(const QByteArray& path) { return path.mid(path.lastIndexOf('/') + 1); }

void addStandard(QList<ChooserPlace>& places, const QByteArray& home) {
  struct Standard {
    QStandardPaths::StandardLocation location;
    const char* symbol;
  };
  for (auto [location, symbol] :
       {Standard{QStandardPaths::DesktopLocation, "screen"}, Standard{QStandardPaths::DocumentsLocation, "file"},
        Standard{QStandardPaths::DownloadLocation, "download"}, Standard{QStandardPaths::PicturesLocation, "picture"},
        Standard{QStandardPaths::MusicLocation, "music"}, Standard{QStandardPaths::MoviesLocation, "video"}}) {
    auto path = QStandardPaths::writableLocation(location).toLocal8Bit();
    if (path.isEmpty() || path == home || path + '/' == home || !isFolder(path)) continue;
    places.append({shown(nameOf(path)), QLatin1String(symbol), false, ChooserPlace::Folder, path});
  }
}

// What is mounted is not looked into: it may be dead.
void addMounts(QList<ChooserPlace>& places, const QList<QByteArray>& folders) {
  for (const auto& folder : folders) {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(folder.constData()), closedir);
    if (!directory) continue;
    qsizetype before = places.size();
    while (auto* item = readdir(directory.get())) {
      if (item->d_name[0] == '.' || places.size() - before >= MOST_OF_A_KIND) continue;
      places.append(
          {shown(item->d_name), QStringLiteral("drive"), false, ChooserPlace::Folder, folder + '/' + item->d_name});
    }
  }
}

}  // namespace

QList<QByteArray> mountFolders() {
  auto name = qgetenv("USER");
  if (name.isEmpty() || name.contains('/')) return {};
  return {"/media/" + name, "/run/media/" + name};
}

QList<ChooserPlace> bookmarksOf(const QByteArray& text) {
  QList<ChooserPlace> places;
  for (const auto& line : text.split('\n')) {
    if (!line.startsWith("file:///") || places.size() >= MOST_OF_A_KIND) continue;
    auto space = line.indexOf(' ');
    auto path = QByteArray::fromPercentEncoding(line.mid(7, space < 0 ? -1 : space - 7));
    if (path.contains('\0')) continue;
    auto name = space < 0 ? nameOf(path) : line.mid(space + 1);
    places.append({shown(name), QStringLiteral("bookmark"), false, ChooserPlace::Folder, path});
  }
  return places;
}

QList<ChooserPlace> chooserPlaces(const QByteArray& home, const QList<QByteArray>& mounts) {
  QList<ChooserPlace> places{
      {Words::tr("Recent", "files used lately"), QStringLiteral("clock"), false, ChooserPlace::Recent, {}},
      {Words::tr("Home"), QStringLiteral("home"), false, ChooserPlace::Folder, home}};
  auto addApart = [&](auto add) {
    auto before = places.size();
    add();
    if (places.size() > before) places[before].apart = true;
  };
  addStandard(places, home);
  addApart([&] {
    auto text = tryReadFile((home + "/.config/gtk-3.0/bookmarks").toStdString(), 1 << 20);
    KJ_IF_MAYBE (content, text) {
      for (const auto& place : bookmarksOf(QByteArray::fromStdString(*content))) {
        if (std::ranges::find(places, place.path, &ChooserPlace::path) == places.end()) places.append(place);
      }
    }
  });
  addApart([&] {
    addMounts(places, mounts);
    places.append(
        {Words::tr("Computer", "the root of all folders"), QStringLiteral("drive"), false, ChooserPlace::Folder, "/"});
  });
  return places;
}

}  // namespace latchkey::ui

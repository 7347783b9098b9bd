// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A person's applications folders in a temporary directory.

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "launcher/desktop/desktop-places.h"

namespace latchkey {

class DesktopWorld {
public:
  DesktopWorld() {
    places.home = root("home");
    places.dataHome = root("home/.local/share");
    places.configHome = root("home/.config");
    places.dataDirectories = {root("local"), root("usr")};
    places.searchPath = {root("bin")};
  }

  std::string root(const char* below) const { return (m_root.path() + "/" + below).toStdString(); }

  void write(const std::string& path, const QByteArray& text, bool program = false) const {
    auto name = QString::fromStdString(path);
    QDir().mkpath(name.left(name.lastIndexOf('/')));
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", path.c_str());
    file.write(text);
    if (program) file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
  }

  // An entry at `place` ("usr", "home/.local/share") with more lines if wanted.
  void entry(const char* place, const char* name, const QByteArray& more = {}) const {
    write(root(place) + "/applications/" + name + ".desktop",
          "[Desktop Entry]\nType=Application\nName=App from " + QByteArray(place) + "\nExec=/usr/bin/app %F\n" + more);
  }

  static QByteArray read(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  DesktopPlaces places;

private:
  QTemporaryDir m_root;
};

}  // namespace latchkey

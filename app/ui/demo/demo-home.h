// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A home of nobody with real files in it, for what the window reads from the disk itself: private folders and trials.

#include <QTemporaryDir>

#include "broker/base/places.h"

namespace latchkey::ui {

class DemoHome {
public:
  DemoHome();
  const Places& places() const { return m_places; }
  // Below the person's home.
  QString path(const QString& below) const { return m_folder.filePath(QStringLiteral("home/") + below); }
  QString privateFolder(const QString& app, const QString& profile = QStringLiteral("default")) const;
  QByteArray read(const QString& path) const;
  void write(const QString& path, const QByteArray& content) const;

  // What an app wrote for itself.
  void addPrivateFiles(const QString& app) const;
  // FeatherPad was tried with Documents: "new.txt" and "plans/" are new, "letter.txt" is changed, "old.txt" deleted,
  // "shared.txt" was changed there and here. Its own settings are new.
  void addTrial(const QString& id) const;
  // One in which nothing happened.
  void addIdleTrial(const QString& id) const;

private:
  QString beginTrial(const QString& id) const;
  QTemporaryDir m_folder;
  Places m_places;
};

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The apps of this desktop, from their .desktop files.

#include <QFileSystemWatcher>
#include <QTimer>

#include <deque>
#include <memory>

#include "app/ui/catalog.h"
#include "app/ui/far-errand.h"

namespace latchkey::ui {

class DesktopCatalog final : public Catalog {
  Q_OBJECT

public:
  explicit DesktopCatalog(QObject* parent = nullptr);
  ~DesktopCatalog() override;

  QList<App> apps() const override;
  void icon(const QString& app, int pixels, Painted done) override;
  void preview(const Object& thing, int pixels, Painted done) override;
  void peek(const Object& thing, Peeked done) override;
  bool alwaysConfined(const QString& app) const override;
  QString setAlwaysConfined(const QString& app, bool on) override;

private:
  struct Parts;
  // Opens the file where a dead disk holds up nobody, and has it read.
  void read(const Object& thing, int pixels, std::function<void(const QImage&, const QStringList&)> done);

  std::unique_ptr<Parts> m_parts;
  QFileSystemWatcher m_watcher;
  QTimer m_settled;
  // The files that are being opened, the last of them last.
  std::deque<FarErrand> m_opening;
};

}  // namespace latchkey::ui

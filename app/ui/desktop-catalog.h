// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The apps of this desktop, from their .desktop files.

#include <QFileSystemWatcher>
#include <QTimer>

#include <memory>

#include "app/ui/catalog.h"

namespace latchkey::ui {

class DesktopCatalog final : public Catalog {
  Q_OBJECT

public:
  explicit DesktopCatalog(QObject* parent = nullptr);
  ~DesktopCatalog() override;

  QList<App> apps() const override;
  void icon(const QString& app, int pixels, Painted done) override;
  void preview(const Object& thing, int pixels, Painted done) override;
  bool alwaysConfined(const QString& app) const override;
  QString setAlwaysConfined(const QString& app, bool on) override;

private:
  struct Parts;

  std::unique_ptr<Parts> m_parts;
  QFileSystemWatcher m_watcher;
  QTimer m_settled;
};

}  // namespace latchkey::ui

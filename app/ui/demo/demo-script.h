// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the demo shows: a plausible afternoon, a very long list, names as hostile as names get.

#include "app/ui/catalog.h"
#include "app/ui/demo/fake-broker.h"

namespace latchkey::ui {

Script demoScript();
Script emptyScript();
// The same, while one app hears and sees.
Script inUseScript();
Script longScript(int grants);
Script hostileScript();

// "file", "folder", "save", "change", "network", "hostile", and those of fillPicking
Request demoRequest(const QString& which);

// Apps without a desktop: their pictures are initials.
class DemoCatalog final : public Catalog {
  Q_OBJECT
public:
  explicit DemoCatalog(QList<App> apps, QObject* parent = nullptr) : Catalog(parent), m_apps(std::move(apps)) {}
  static QList<App> some();

  QList<App> apps() const override { return m_apps; }
  void icon(const QString& app, int pixels, Painted done) override;
  void preview(const Object& thing, int pixels, Painted done) override;
  void peek(const Object& thing, Peeked done) override;
  bool alwaysConfined(const QString& app) const override { return m_confined.contains(app); }
  QString setAlwaysConfined(const QString& app, bool on) override;

private:
  QList<App> m_apps;
  QStringList m_confined{QStringLiteral("chromium")};
};

}  // namespace latchkey::ui

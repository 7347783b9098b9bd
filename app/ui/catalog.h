// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which apps this machine offers, and their pictures.
//
// Pictures are chosen by apps, so they are decoded by the confined reader and arrive here as bounded pixels; this
// program never opens an icon file itself.

#include <QImage>
#include <QObject>

#include <functional>

#include "app/ui/records.h"

namespace latchkey::ui {

struct AppAction {
  QString id;
  QString name;
};

struct App {
  QString id;
  QString name;
  QString comment;
  QString icon;
  QStringList keywords;
  QString source;  // "/usr/share/applications/featherpad.desktop", an AppImage, a command.
  QList<AppAction> actions;
  QStringList types;  // What it says it can open: "text/plain", "x-scheme-handler/https".
};

class Catalog : public QObject {
  Q_OBJECT

public:
  using QObject::QObject;
  using Painted = std::function<void(const QImage&)>;

  virtual QList<App> apps() const = 0;
  // A null image if there is none or it cannot be decoded. Calls `done` in any thread.
  virtual void icon(const QString& app, int pixels, Painted done) = 0;
  virtual void preview(const Object& thing, int pixels, Painted done) = 0;
  // The first lines of a text, the first names of an archive; nothing of anything else. Calls `done` in any thread.
  using Peeked = std::function<void(const QStringList&)>;
  virtual void peek(const Object& thing, Peeked done) = 0;

  // Whether the desktop's own menu starts the app protected too.
  virtual bool alwaysConfined(const QString& app) const = 0;
  // Empty, or what went wrong.
  virtual QString setAlwaysConfined(const QString& app, bool on) = 0;

Q_SIGNALS:
  void changed();
};

}  // namespace latchkey::ui

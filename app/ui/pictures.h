// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where QML gets its pictures from:
//   image://symbol/NAME?COLOUR   our own symbols, from resources/symbols, in one colour
//   image://app/ID               an app's icon, through the catalog; its initials where there is none
//   image://preview/PATH         the look of a file, through the catalog
// Only the first kind is decoded in this process.

#include <QQuickAsyncImageProvider>
#include <QQuickImageProvider>

#include "app/ui/catalog.h"

class QQmlEngine;

namespace latchkey::ui {

class Symbols final : public QQuickImageProvider {
public:
  Symbols() : QQuickImageProvider(QQuickImageProvider::Image) {}
  QImage requestImage(const QString& id, QSize* size, const QSize& requested) override;
};

class AppPictures final : public QQuickAsyncImageProvider {
public:
  enum class What { Icon, Preview };
  AppPictures(Catalog& catalog, What what) : m_catalog(catalog), m_what(what) {}
  QQuickImageResponse* requestImageResponse(const QString& id, const QSize& requested) override;

private:
  Catalog& m_catalog;
  What m_what;
};

// The letter or two an app without a picture is shown by, on a hue that is its own.
QImage initials(const QString& name, int pixels);

// To be called once for each engine.
void addPictures(QQmlEngine& engine, Catalog& catalog);

}  // namespace latchkey::ui

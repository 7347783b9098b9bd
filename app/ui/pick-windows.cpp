// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/pick-windows.h"

#include <QDir>
#include <QQuickWindow>
#include <QStandardPaths>

#include "app/ui/app-opener.h"

namespace latchkey::ui {

ChooserWorld chooserWorld(const Places& places) {
  ChooserWorld world;
  world.home = QByteArray::fromStdString(places.home);
  for (const auto& ours : {places.runtime, places.data, places.state, places.config}) {
    auto whole = QDir(QString::fromLocal8Bit(QByteArray::fromStdString(ours))).canonicalPath().toLocal8Bit();
    world.fence.append(whole.isEmpty() ? QByteArray::fromStdString(ours) : whole);
  }
  world.recent =
      QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toLocal8Bit() + "/recently-used.xbel";
  world.mounts = mountFolders();
  return world;
}

PickWindows::PickWindows(QQmlEngine& engine, Catalog& catalog, ChooserWorld world, QObject* parent)
    : QObject(parent),
      m_catalog(catalog),
      m_world(std::move(world)),
      m_chooser(&engine),
      m_opener(&engine),
      m_giver(&engine) {}

void PickWindows::prepare() {
  if (m_chooser.isNull()) m_chooser.loadFromModule("dev.latchkey.ui", "ChooserWindow");
  if (m_opener.isNull()) m_opener.loadFromModule("dev.latchkey.ui", "OpenerWindow");
}

QQuickWindow* PickWindows::window(QQmlComponent& component, const char* type, Question* question, const char* name,
                                  QObject* model) {
  auto* made = component.createWithInitialProperties(
      {{QStringLiteral("question"), QVariant::fromValue(question)}, {QLatin1String(name), QVariant::fromValue(model)}});
  auto* window = qobject_cast<QQuickWindow*>(made);
  if (!window) {
    qCritical("%s cannot be made: %s", type, qPrintable(component.errorString()));
    delete made;
    return nullptr;
  }
  question->setParent(window);
  model->setParent(question);
  return window;
}

QQuickWindow* PickWindows::make(Question* question) {
  if (question->fromAfar()) {
    if (m_giver.isNull()) m_giver.loadFromModule("dev.latchkey.ui", "GiverWindow");
    return m_share ? window(m_giver, "GiverWindow", question, "draft", m_share->answerTo(*question)) : nullptr;
  }
  prepare();
  if (question->request().opener) {
    auto* opener = new AppOpener(*question, m_catalog, associationFiles(), question);
    return window(m_opener, "OpenerWindow", question, "opener", opener);
  }
  auto holder = question->app();
  auto* chooser = new FileChooser(*question, m_catalog, m_world, m_lastFolders.value(holder), question);
  connect(chooser, &FileChooser::pickedIn, this,
          [this, holder](const QByteArray& folder) { m_lastFolders.insert(holder, folder); });
  return window(m_chooser, "ChooserWindow", question, "chooser", chooser);
}

}  // namespace latchkey::ui

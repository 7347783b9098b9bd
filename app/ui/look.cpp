// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/look.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QQmlEngine>
#include <QStyleHints>

namespace latchkey::ui {
namespace {

void ask(const QString& group, const QString& key, QObject* context, std::function<void(QVariant)> then) {
  auto call = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.portal.Desktop"), QStringLiteral("/org/freedesktop/portal/desktop"),
      QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("ReadOne"));
  call.setArguments({group, key});
  call.setAutoStartService(false);
  auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), context);
  QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context, [watcher, then] {
    QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (reply.isValid()) then(reply.value().variant());
    watcher->deleteLater();
  });
}

}  // namespace

Look::Look(QObject* parent) : QObject(parent) {
  connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, &Look::changed);
}

Look& Look::shared() {
  // Lives as long as the application, whose style hints it follows.
  static auto* look = new Look(qGuiApp);
  return *look;
}

Look* Look::create(QQmlEngine*, QJSEngine*) {
  QQmlEngine::setObjectOwnership(&shared(), QQmlEngine::CppOwnership);
  return &shared();
}

bool Look::dark() const {
  if (m_forced >= 0) return m_forced == 1;
  return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
}

void Look::force(bool dark) {
  m_forced = dark ? 1 : 0;
  Q_EMIT changed();
}

void Look::setAccent(const QColor& accent) {
  if (accent == m_accent) return;
  m_accent = accent;
  Q_EMIT changed();
}

void Look::setMotion(bool motion) {
  m_motion = motion;
  Q_EMIT changed();
}

void Look::askDesktop() {
  if (!QDBusConnection::sessionBus().isConnected()) return;
  ask(QStringLiteral("org.gnome.desktop.interface"), QStringLiteral("enable-animations"), this,
      [this](const QVariant& value) { setMotion(value.toBool()); });
  ask(QStringLiteral("org.freedesktop.appearance"), QStringLiteral("color-scheme"), this,
      [this](const QVariant& value) {
        if (value.toUInt() == 1) force(true);
        else if (value.toUInt() == 2) force(false);
      });
  ask(QStringLiteral("org.freedesktop.appearance"), QStringLiteral("accent-color"), this,
      [this](const QVariant& value) {
        auto argument = value.value<QDBusArgument>();
        if (argument.currentType() != QDBusArgument::StructureType) return;
        double red = -1, green = -1, blue = -1;
        argument.beginStructure();
        argument >> red >> green >> blue;
        argument.endStructure();
        // Out of range says "none", as the interface defines it.
        auto sound = [](double part) { return part >= 0 && part <= 1; };
        if (!sound(red) || !sound(green) || !sound(blue)) return;
        m_accent = QColor::fromRgbF(float(red), float(green), float(blue));
        Q_EMIT changed();
      });
}

}  // namespace latchkey::ui

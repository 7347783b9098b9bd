// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/notifier.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

const QString SERVICE = QStringLiteral("org.freedesktop.Notifications");
const QString PATH = QStringLiteral("/org/freedesktop/Notifications");

}  // namespace

Notifier::Notifier(QObject* parent) : QObject(parent) {
  auto bus = QDBusConnection::sessionBus();
  if (bus.isConnected()) {
    bus.connect(SERVICE, PATH, SERVICE, QStringLiteral("ActionInvoked"), this, SLOT(actionInvoked(uint, QString)));
  }
}

QString Notifier::body(const Request& request) {
  auto who = request.appName.left(60);
  return tr("%1 %2", "an app's name, what it wants").arg(who, wording::wish(request)).toHtmlEscaped();
}

void Notifier::tell(const Request& request) {
  m_waiting.insert(request.id, 0);
  send(request.id, tr("A question waits for you"), body(request), {QStringLiteral("default"), tr("Show")}, -1);
}

void Notifier::tellDone(const QString& line) {
  send({}, QStringLiteral("Latchkey"), line.left(300).toHtmlEscaped(), {QStringLiteral("undo"), tr("Undo")}, 5000);
}

void Notifier::forget(const QString& request) {
  auto id = m_waiting.take(request);
  if (!m_shown.removeAll(id)) return;
  auto call = QDBusMessage::createMethodCall(SERVICE, PATH, SERVICE, QStringLiteral("CloseNotification"));
  call.setArguments({id});
  QDBusConnection::sessionBus().asyncCall(call);
}

void Notifier::shown(const QString& request, uint id) {
  m_shown << id;
  if (request.isEmpty()) return;
  bool waits = m_waiting.contains(request);
  m_waiting.insert(request, id);
  if (!waits) forget(request);  // It was answered while the service took it in.
}

void Notifier::send(const QString& request, const QString& title, const QString& body, const QStringList& actions,
                    int milliseconds) {
  auto bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  auto call = QDBusMessage::createMethodCall(SERVICE, PATH, SERVICE, QStringLiteral("Notify"));
  call.setArguments({QStringLiteral("Latchkey"), 0U, QStringLiteral("dev.latchkey.Latchkey"), title, body, actions,
                     QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("dev.latchkey.Latchkey")}},
                     milliseconds});
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, request] {
    QDBusPendingReply<uint> reply = *watcher;
    if (reply.isValid()) shown(request, reply.value());
    watcher->deleteLater();
  });
}

void Notifier::actionInvoked(uint id, const QString& action) {
  if (!m_shown.removeAll(id)) return;
  if (action == u"default") Q_EMIT clicked();
  if (action == u"undo") Q_EMIT undoWanted();
}

}  // namespace latchkey::ui

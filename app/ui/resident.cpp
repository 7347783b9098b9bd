// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/resident.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QGuiApplication>
#include <QQuickWindow>

namespace latchkey::ui {
namespace {

constexpr int IDLE_MS = 60'000;

QObject* make(QQmlEngine& engine, const char* type, const QVariantMap& properties, QObject* parent) {
  QQmlComponent component(&engine);
  component.loadFromModule("dev.latchkey.ui", QLatin1String(type));
  auto* made = component.createWithInitialProperties(properties);
  if (!made) qCritical("%s cannot be made: %s", type, qPrintable(component.errorString()));
  else made->setParent(parent);
  return made;
}

}  // namespace

Resident::Resident(Session& session, Desk& desk, Catalog& catalog, const Places& places, QQmlApplicationEngine& engine,
                   Stays stays, QObject* parent)
    : QObject(parent),
      m_desk(desk),
      m_engine(engine),
      m_picks(engine, catalog, chooserWorld(places)),
      m_prompts(session, *desk.undo(), engine),
      m_stays(stays) {
  m_picks.giveWith(*desk.share());
  m_prompts.pickWith([this](Question* question) { return m_picks.make(question); });
  connect(desk.requests(), &RequestsModel::windowWanted, &m_prompts, &PromptDesk::raise);
  connect(desk.page()->requests(), &RequestsModel::windowWanted, &m_prompts, &PromptDesk::raise);
  connect(&m_prompts, &PromptDesk::unseen, &m_notifier, &Notifier::tell);
  connect(&m_prompts, &PromptDesk::gone, &m_notifier, &Notifier::forget);
  connect(&m_notifier, &Notifier::clicked, &m_prompts, &PromptDesk::raise);
  connect(&m_prompts, &PromptDesk::pageWanted, this, &Resident::showApp);
  connect(&m_prompts, &PromptDesk::countChanged, this, &Resident::leaveIfIdle);
  // The first question finds everything loaded.
  QTimer::singleShot(0, this, [this] {
    m_prompts.prepare();
    m_picks.prepare();
    makePassiveLine();
    makeTray();
  });
}

void Resident::makeTray() {
  // Asked first: without a tray on the bus, the tray's type would want a toolkit that we do not link.
  auto bus = QDBusConnection::sessionBus();
  if (m_tray || !bus.isConnected()) return;
  if (!m_panels) {
    // Started with the session, we are often there before the panel.
    m_panels = new QDBusServiceWatcher(QStringLiteral("org.kde.StatusNotifierWatcher"), bus,
                                       QDBusServiceWatcher::WatchForRegistration, this);
    connect(m_panels, &QDBusServiceWatcher::serviceRegistered, this, &Resident::makeTray);
  }
  auto call = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/"),
                                             QStringLiteral("org.freedesktop.DBus"), QStringLiteral("NameHasOwner"));
  call.setArguments({QStringLiteral("org.kde.StatusNotifierWatcher")});
  auto* asking = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(asking, &QDBusPendingCallWatcher::finished, this, [this, asking] {
    QDBusPendingReply<bool> reply = *asking;
    asking->deleteLater();
    if (m_tray || !reply.isValid() || !reply.value()) return;
    m_tray = make(m_engine, "Tray", {{QStringLiteral("desk"), QVariant::fromValue(&m_desk)}}, this);
    if (!m_tray) return;
    connect(m_tray, SIGNAL(windowWanted()), this, SLOT(showWindow()));
    connect(m_tray, SIGNAL(questionsWanted()), &m_prompts, SLOT(raise()));
  });
}

void Resident::makePassiveLine() {
  connect(&m_notifier, &Notifier::undoWanted, m_desk.undo(), &Undo::takeBack);
  if (QGuiApplication::platformName() != u"xcb") {
    // Elsewhere a window of its own cannot promise to leave the focus where it is: the desktop's notifications can.
    connect(m_desk.undo(), &Undo::changed, this, [this] {
      if (m_desk.undo()->showing() && m_desk.undo()->possible() && !windowActive())
        m_notifier.tellDone(m_desk.undo()->text());
    });
    return;
  }
  m_line = make(
      m_engine, "PassiveLine",
      {{QStringLiteral("undo"), QVariant::fromValue(m_desk.undo())}, {QStringLiteral("elsewhere"), windowActive()}},
      this);
  connect(this, &Resident::windowActiveChanged, this, [this] {
    if (m_line) m_line->setProperty("elsewhere", windowActive());
  });
}

bool Resident::windowActive() const { return m_window && m_window->isVisible(); }

void Resident::showWindow() {
  if (!m_window) {
    m_engine.setInitialProperties({{QStringLiteral("desk"), QVariant::fromValue(&m_desk)}});
    m_engine.loadFromModule("dev.latchkey.ui", "Main");
    if (m_engine.rootObjects().isEmpty()) return;
    m_window = qobject_cast<QQuickWindow*>(m_engine.rootObjects().first());
    connect(m_window, &QWindow::visibleChanged, this, [this] {
      Q_EMIT windowActiveChanged();
      leaveIfIdle();
    });
  }
  m_window->show();
  m_window->raise();
  m_window->requestActivate();
}

void Resident::showApp(const QString& app) {
  showWindow();
  if (m_window) QMetaObject::invokeMethod(m_window, "showApp", Q_ARG(QString, app));
}

void Resident::leaveIfIdle() {
  if (m_stays == Stays::Always) return;
  bool tray = m_tray && m_tray->property("available").toBool();
  if (m_stays == Stays::WithTray && tray) return;
  QTimer::singleShot(m_stays == Stays::WithTray ? 0 : IDLE_MS, this, [this] {
    if (!windowActive() && m_prompts.count() == 0) QGuiApplication::quit();
  });
}

}  // namespace latchkey::ui

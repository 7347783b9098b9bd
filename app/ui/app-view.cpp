// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/app-view.h"

#include <QDir>
#include <QUrl>

namespace latchkey::ui {
namespace {

constexpr int LONGEST_NAME = 60;
const auto DEFAULT_PROFILE = QStringLiteral("default");

// As in the protocol: every byte outside [A-Za-z0-9._-] as %XX, a leading dot too.
QString encoded(const QString& id) {
  QString result;
  const auto bytes = id.toUtf8();
  for (qsizetype i = 0; i < bytes.size(); ++i) {
    auto byte = bytes[i];
    bool plain = QChar::isLetterOrNumber(uchar(byte)) && uchar(byte) < 128;
    if (plain || byte == '_' || byte == '-' || (byte == '.' && i > 0)) result += QLatin1Char(byte);
    else result += QString::asprintf("%%%02X", uchar(byte));
  }
  return result;
}

// Names that would be longer than a file's may be end with a mark of what was cut.
constexpr qsizetype LONGEST_WHOLE = 200;

// Of the app below the profiles; empty if it has none.
QString folderOf(const QString& profiles, const QString& app) {
  auto name = encoded(app);
  if (name.size() <= LONGEST_WHOLE) return profiles + u'/' + name;
  auto known = QDir(profiles).entryList({name.left(LONGEST_WHOLE) + u'*'}, QDir::Dirs | QDir::Hidden);
  return known.size() == 1 ? profiles + u'/' + known.first() : QString();
}

}  // namespace

AppView::AppView(Session& session, AppsModel& apps, Catalog& catalog, const Places& places, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_apps(apps),
      m_catalog(catalog),
      m_grants(session, apps),
      m_requests(session, apps),
      m_profiles(QString::fromStdString(places.data) + QStringLiteral("/profiles")) {
  m_grants.setGrouping(GrantsModel::ByThing);
  connect(&session, &Session::settingsRead, this, [this](const QList<Settings>& all) {
    m_known.clear();
    for (const auto& settings : all) m_known.insert(settings.app, settings);
    auto app = this->app();
    m_settings = m_known.value(app);
    m_settings.app = app;
    Q_EMIT changed();
  });
  connect(&session, &Session::settingsChanged, this, [this](const QList<Settings>& changed) {
    for (const auto& settings : changed) {
      m_known.insert(settings.app, settings);
      if (settings.app == app()) m_settings = settings;
    }
    Q_EMIT this->changed();
  });
  connect(&apps, &AppsModel::namesChanged, this, &AppView::changed);
  connect(&session, &Session::instancesChanged, this, &AppView::runningChanged);
  connect(&session, &Session::instancesRead, this, &AppView::runningChanged);
}

void AppView::open(const QString& app) {
  m_settings = m_known.value(app);
  m_settings.app = app;
  m_grants.setApp(app);
  m_requests.setApp(app);
  findFolders();
  Q_EMIT changed();
  Q_EMIT runningChanged();
}

void AppView::keep() {
  m_known.insert(m_settings.app, m_settings);
  m_session.setSettings(m_settings);
  m_apps.setPetname(m_settings.app, m_settings.petname);
  Q_EMIT changed();
}

void AppView::setName(const QString& name) {
  auto petname = name.simplified().left(LONGEST_NAME);
  if (petname == ownName()) petname.clear();
  if (petname == m_settings.petname) return;
  m_settings.petname = petname;
  keep();
}

QString AppView::ownName() const {
  auto* found = m_apps.find(app());
  return found ? found->name : app().section(u'/', -1);
}
QString AppView::comment() const {
  auto* found = m_apps.find(app());
  return found ? found->comment : QString();
}
QString AppView::source() const {
  auto* found = m_apps.find(app());
  return found ? found->source : app().section(u':', 1);
}
QUrl AppView::icon() const {
  return QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(app())));
}

void AppView::setConfined(bool on) {
  m_apps.setConfined(app(), on);
  m_settings.alwaysConfined = confined();
  keep();
}
void AppView::setSharedX(bool on) {
  m_settings.sharedX = on;
  keep();
}
void AppView::setOwnSandboxes(bool on) {
  m_settings.ownSandboxes = on;
  keep();
}
void AppView::setSeeHomeNames(bool on) {
  m_settings.seeHomeNames = on;
  keep();
}
void AppView::setGpu(bool on) {
  m_settings.gpu = on;
  keep();
}
void AppView::allow(const QString& right, bool on) {
  m_settings.off.removeAll(right);
  if (!on) m_settings.off << right;
  keep();
}
void AppView::setMemoryLimit(int mebibytes) {
  m_settings.memoryLimit = quint64(qMax(0, mebibytes)) << 20;
  keep();
}
void AppView::setProcessLimit(int processes) {
  m_settings.processLimit = quint32(qMax(0, processes));
  keep();
}

void AppView::setCpuPercent(int percent) {
  m_settings.cpuPercent = quint32(qMax(0, percent));
  keep();
}

// What was set to the byte elsewhere stays so as long as nobody writes another number.
void AppView::setNetworkRate(int kilobytes) {
  if (kilobytes == networkRate()) return;
  m_settings.networkRate = quint64(qMax(0, kilobytes)) * KILOBYTE;
  keep();
}

void AppView::setNetworkPerDay(int megabytes) {
  if (megabytes == networkPerDay()) return;
  m_settings.networkPerDay = quint64(qMax(0, megabytes)) * MEGABYTE;
  keep();
}

// Read only.
QQmlListProperty<PrivateFolder> AppView::folderList() {
  using List = QQmlListProperty<PrivateFolder>;
  return List(
      this, nullptr, [](List* list) { return static_cast<AppView*>(list->object)->m_folders.size(); },
      [](List* list, qsizetype at) { return static_cast<AppView*>(list->object)->m_folders.value(at); });
}

void AppView::findFolders() {
  auto before = std::exchange(m_folders, {});
  auto top = folderOf(m_profiles, app());
  auto names = QDir(top).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
  // The one everybody has, also before the first start.
  names.removeAll(DEFAULT_PROFILE);
  names.prepend(DEFAULT_PROFILE);
  for (const auto& profile : std::as_const(names)) {
    if (top.isEmpty()) break;
    auto shown = profile == DEFAULT_PROFILE ? QString() : profile;
    m_folders << new PrivateFolder(top + u'/' + profile, shown, name(), this);
    m_folders.last()->measure();
  }
  Q_EMIT foldersChanged();
  for (auto* folder : std::as_const(before)) folder->deleteLater();
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/app-view.h"

#include <QDesktopServices>
#include <QDir>
#include <QDirIterator>
#include <QThreadPool>
#include <QUrl>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int LONGEST_NAME = 60;

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

// What lies in an app's folder is the app's: nothing is opened, links are not followed, and the walk is bounded.
quint64 sizeOf(const QString& folder) {
  quint64 sum = 0;
  int entries = 0;
  QDirIterator walk(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
  while (walk.hasNext() && ++entries < 200'000) {
    auto info = walk.nextFileInfo();
    if (!info.isSymLink() && info.isFile()) sum += quint64(info.size());
  }
  return sum;
}

}  // namespace

AppView::AppView(Session& session, AppsModel& apps, Catalog& catalog, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_apps(apps),
      m_catalog(catalog),
      m_grants(session, apps),
      m_requests(session, apps) {
  m_grants.setGrouping(GrantsModel::ByThing);
  connect(&session, &Session::settingsRead, this, [this](const QList<Settings>& all) {
    m_known.clear();
    for (const auto& settings : all) m_known.insert(settings.app, settings);
    if (!app().isEmpty()) open(app());
  });
  connect(&session, &Session::settingsChanged, this, [this](const QList<Settings>& changed) {
    for (const auto& settings : changed) {
      m_known.insert(settings.app, settings);
      if (settings.app == app()) m_settings = settings;
    }
    Q_EMIT this->changed();
  });
  connect(&apps, &AppsModel::namesChanged, this, &AppView::changed);
}

void AppView::open(const QString& app) {
  m_settings = m_known.value(app);
  m_settings.app = app;
  m_grants.setApp(app);
  m_requests.setApp(app);
  m_folderSize.clear();
  measureFolder();
  Q_EMIT changed();
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

QString AppView::folder() const {
  auto data = qEnvironmentVariable("XDG_DATA_HOME", QDir::homePath() + QStringLiteral("/.local/share"));
  return data + QStringLiteral("/latchkey/profiles/") + encoded(app()) + QStringLiteral("/default/home");
}

void AppView::measureFolder() {
  QPointer<AppView> self(this);
  QThreadPool::globalInstance()->start([self, folder = folder(), app = app()] {
    auto size = sizeOf(folder);
    if (!self) return;
    QMetaObject::invokeMethod(
        self.get(),
        [self, size, app] {
          if (!self || self->app() != app) return;
          self->m_folderSize = wording::size(size);
          Q_EMIT self->changed();
        },
        Qt::QueuedConnection);
  });
}

void AppView::openFolder() { QDesktopServices::openUrl(QUrl::fromLocalFile(folder())); }

}  // namespace latchkey::ui

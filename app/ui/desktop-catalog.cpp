// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/desktop-catalog.h"

#include <QCache>
#include <QCoreApplication>
#include <QDir>
#include <QGuiApplication>
#include <QPointer>

#include <fcntl.h>
#include <sys/stat.h>

#include "app/ui/picture-reader.h"
#include "app/ui/pictures.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/icon-theme.h"
#include "launcher/desktop/override-entry.h"

namespace latchkey::ui {
namespace {

// An installation writes many files: the list is read once they have come to rest.
constexpr int SETTLE_MS = 800;
// Of pictures that are wanted at once; whoever asked first and still waits is given up.
constexpr size_t MOST_OPENING = 12;

QString text(const std::string& bytes) { return QString::fromStdString(bytes); }

App appOf(const DesktopEntry& entry) {
  App app;
  app.id = text(entry.id);
  app.name = text(entry.name);
  app.comment = text(entry.comment.empty() ? entry.genericName : entry.comment);
  app.icon = text(entry.icon);
  app.source = text(entry.file);
  for (const auto& keyword : entry.keywords) app.keywords << text(keyword);
  if (!entry.genericName.empty()) app.keywords << text(entry.genericName);
  for (const auto& type : entry.mimeTypes) app.types << text(type);
  for (const auto& action : entry.actions) app.actions << AppAction{text(action.id), text(action.name)};
  return app;
}

std::string commandLineProgram() {
  return (QCoreApplication::applicationDirPath() + QStringLiteral("/latchkey")).toStdString();
}

}  // namespace

struct DesktopCatalog::Parts {
  AppCatalog catalog{DesktopPlaces::fromEnvironment()};
  IconTheme theme{catalog.places(), IconTheme::preferred(catalog.places())};
  OverrideEntry overrides{catalog, commandLineProgram()};
  // Pictures of apps, as they were drawn. A few hundred small ones at most.
  QCache<QString, QImage> painted{600};
  PictureReader reader;
};

DesktopCatalog::DesktopCatalog(QObject* parent) : Catalog(parent), m_parts(std::make_unique<Parts>()) {
  m_settled.setSingleShot(true);
  m_settled.setInterval(SETTLE_MS);
  for (const auto& folder : m_parts->catalog.places().inOrder()) {
    auto applications = text(folder) + QStringLiteral("/applications");
    if (QDir(applications).exists()) m_watcher.addPath(applications);
  }
  connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_settled, qOverload<>(&QTimer::start));
  connect(&m_settled, &QTimer::timeout, this, &Catalog::changed);
}

DesktopCatalog::~DesktopCatalog() = default;

QList<App> DesktopCatalog::apps() const {
  QList<App> apps;
  for (const auto& entry : m_parts->catalog.shown()) {
    if (text(entry.id) != QGuiApplication::desktopFileName()) apps << appOf(entry);  // Not ourselves.
  }
  return apps;
}

void DesktopCatalog::icon(const QString& app, int pixels, Painted done) {
  auto key = app + u'/' + QString::number(pixels);
  if (auto* known = m_parts->painted.object(key)) return done(*known);
  auto entry = m_parts->catalog.find(app.toStdString());
  int file = entry && !entry->icon.empty() ? m_parts->theme.open(entry->icon, unsigned(pixels)) : -1;
  auto letter = entry ? initials(text(entry->name), pixels) : QImage();
  if (file < 0) return done(letter);
  QPointer<DesktopCatalog> self(this);
  m_parts->reader.icon(kj::AutoCloseFd(file), pixels, [self, key, done, letter](const QImage& read) {
    auto image = read.isNull() ? letter : read;
    done(image);
    if (!self) return;
    QMetaObject::invokeMethod(
        self.get(),
        [self, key, image] {
          if (self) self->m_parts->painted.insert(key, new QImage(image));
        },
        Qt::QueuedConnection);
  });
}

void DesktopCatalog::read(const Object& thing, int pixels,
                          std::function<void(const QImage&, const QStringList&)> done) {
  if (m_opening.size() >= MOST_OPENING) m_opening.pop_front();
  m_opening.emplace_back([this, thing, pixels, done](FarErrand::Tie& tie) {
    auto file = std::make_shared<kj::AutoCloseFd>(
        open(thing.path.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat facts{};
    // Another file may stand at the path by now. What is shown must be what would be given.
    bool same = file->get() >= 0 && fstat(file->get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
                facts.st_ino == thing.inode && (thing.device == 0 || facts.st_dev == thing.device);
    tie.tell([this, file, pixels, done, same] {
      if (same) m_parts->reader.preview(kj::mv(*file), pixels, done);
      else done({}, {});
    });
  });
}

void DesktopCatalog::preview(const Object& thing, int pixels, Painted done) {
  read(thing, pixels, [done](const QImage& image, const QStringList&) { done(image); });
}

void DesktopCatalog::peek(const Object& thing, Peeked done) {
  read(thing, 16, [done](const QImage&, const QStringList& lines) { done(lines); });
}

bool DesktopCatalog::alwaysConfined(const QString& app) const { return m_parts->overrides.on(app.toStdString()); }

QString DesktopCatalog::setAlwaysConfined(const QString& app, bool on) {
  auto id = app.toStdString();
  return text(on ? m_parts->overrides.enable(id) : m_parts->overrides.disable(id));
}

}  // namespace latchkey::ui

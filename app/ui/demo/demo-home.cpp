// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-home.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QThread>

#include "broker/base/trials.h"

namespace latchkey::ui {
namespace {

// The clock of changes ticks every few milliseconds.
constexpr int TICK_MS = 30;

}  // namespace

DemoHome::DemoHome() {
  auto top = QFileInfo(m_folder.path()).canonicalFilePath().toStdString();
  m_places = {top + "/run/latchkey", top + "/data/latchkey", top + "/state/latchkey", top + "/config/latchkey",
              top + "/home"};
  m_places.ensure();
  QDir().mkpath(path(QStringLiteral("Documents")));
}

QString DemoHome::privateFolder(const QString& app, const QString& profile) const {
  return QString::fromStdString(m_places.data) + QStringLiteral("/profiles/") + app + u'/' + profile +
         QStringLiteral("/home");
}

QByteArray DemoHome::read(const QString& path) const {
  QFile file(path);
  return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void DemoHome::write(const QString& path, const QByteArray& content) const {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (!file.open(QFile::WriteOnly) || file.write(content) != content.size()) qFatal("%s", qPrintable(path));
}

void DemoHome::addPrivateFiles(const QString& app) const {
  write(privateFolder(app) + QStringLiteral("/.config/settings.conf"), QByteArray(3'200'000, '#'));
  write(privateFolder(app) + QStringLiteral("/.cache/recent"), QByteArray(1'000'000, '#'));
}

QString DemoHome::beginTrial(const QString& id) const {
  QDir().mkpath(privateFolder(QStringLiteral("featherpad")));
  trial::Trial trial;
  trial.id = id.toStdString();
  trial.holder = "featherpad";
  trial.name = "FeatherPad";
  trial.started = QDateTime::currentDateTimeUtc().addSecs(-600).toString(Qt::ISODate).toStdString();
  trial.home = privateFolder(QStringLiteral("featherpad")).toStdString();
  auto directory = trial::create(m_places, trial);
  auto held = trial::begin(directory);
  QThread::msleep(TICK_MS);
  return QString::fromStdString(directory);
}

void DemoHome::addIdleTrial(const QString& id) const { beginTrial(id); }

void DemoHome::addTrial(const QString& id) const {
  for (auto* name : {"letter.txt", "old.txt", "shared.txt"})
    write(path(QStringLiteral("Documents/") + QLatin1String(name)), "before\n");
  QThread::msleep(TICK_MS);
  auto directory = beginTrial(id);
  auto layer = QString::fromStdString(
      trial::layerOf((directory + QStringLiteral("/files")).toStdString(), m_places.home + "/Documents") + "/upper/");
  write(layer + QStringLiteral("letter.txt"), "after\n");
  write(layer + QStringLiteral("new.txt"), "new\n");
  write(layer + QStringLiteral("plans/summer.txt"), "sea\n");
  write(layer + QStringLiteral("shared.txt"), "theirs\n");
  // As an overlay writes "deleted".
  if (mknod((layer + QStringLiteral("old.txt")).toLocal8Bit().constData(), S_IFCHR, makedev(0, 0)) < 0)
    qFatal("mknod: %s", strerror(errno));
  write(directory + QStringLiteral("/home/upper/.config/featherpad/fp.conf"), "[window]\n");
  write(path(QStringLiteral("Documents/shared.txt")), "mine\n");
}

}  // namespace latchkey::ui

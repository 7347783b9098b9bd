// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/private-folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDate>
#include <QDesktopServices>
#include <QDirIterator>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

#include "app/ui/background.h"
#include "app/ui/wording.h"
#include "broker/base/empty-directory.h"
#include "broker/base/log.h"

namespace latchkey::ui {
namespace {

constexpr int MOST_COUNTED = 200'000;

struct Sizes {
  quint64 now = 0;
  quint64 former = 0;
  bool hasFormer = false;
};

quint64 sizeOf(const QString& folder) {
  quint64 sum = 0;
  int entries = 0;
  QDirIterator walk(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
  while (walk.hasNext() && ++entries < MOST_COUNTED) {
    auto info = walk.nextFileInfo();
    if (!info.isSymLink() && info.isFile()) sum += quint64(info.size());
  }
  return sum;
}

QString fault() { return QString::fromLocal8Bit(strerror(errno)); }

QString removed(const QString& folder) {
  QString why;
  auto failure = kj::runCatchingExceptions([&] {
    emptyDirectory(folder.toStdString());
    if (rmdir(folder.toLocal8Bit().constData()) < 0) why = fault();
  });
  KJ_IF_MAYBE (exception, failure) why = QString::fromStdString(reason(*exception));
  return why;
}

// A name in `folder` that nothing has yet.
QString freeName(const QString& folder, const QString& start, const QString& ending) {
  for (int i = 1;; ++i) {
    auto name = folder + u'/' + start + (i > 1 ? QStringLiteral(" (%1)").arg(i) : QString()) + ending;
    if (!QFileInfo::exists(name)) return name;
  }
}

}  // namespace

PrivateFolder::PrivateFolder(QString directory, QString profile, QString name, QObject* parent)
    : QObject(parent), m_directory(std::move(directory)), m_profile(std::move(profile)), m_name(std::move(name)) {
  m_name.replace(u'/', u'-');
}

QString PrivateFolder::place() const { return wording::path(path()); }

void PrivateFolder::measure() {
  auto count = [now = path(), former = former()] {
    bool hasFormer = QFileInfo(former).isDir();
    return Sizes{sizeOf(now), hasFormer ? sizeOf(former) : 0, hasFormer};
  };
  inBackground(this, count, [this](const Sizes& sizes) {
    m_size = wording::size(sizes.now);
    m_hasFormer = sizes.hasFormer;
    m_formerSize = sizes.hasFormer ? wording::size(sizes.former) : QString();
    Q_EMIT changed();
  });
}

void PrivateFolder::tell(const QString& line) {
  m_told = line;
  Q_EMIT changed();
}

void PrivateFolder::work(std::function<QString()> work, const QString& done) {
  if (m_busy) return;
  m_busy = true;
  m_copy.clear();
  tell({});
  inBackground(this, std::move(work), [this, done](const QString& why) {
    m_busy = false;
    tell(why.isEmpty() ? done : tr("This could not be done: %1").arg(why));
    measure();
  });
}

void PrivateFolder::open() const { QDesktopServices::openUrl(QUrl::fromLocalFile(path())); }

void PrivateFolder::showCopy() const {
  if (copied()) QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_copy).path()));
}

void PrivateFolder::saveCopy() {
  if (m_busy) return;
  auto folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
  if (!QDir().mkpath(folder)) return tell(tr("There is no folder for downloads."));
  auto start =
      m_name + (m_profile.isEmpty() ? QString() : u' ' + m_profile) + u' ' + QDate::currentDate().toString(Qt::ISODate);
  auto target = freeName(folder, start, QStringLiteral(".tar.gz"));
  auto part = target + QStringLiteral(".part");
  m_busy = true;
  m_copy.clear();
  tell({});
  auto* tar = new QProcess(this);
  // What an app keeps for itself may be secret: as private here as it was there.
  tar->setChildProcessModifier([] { umask(077); });
  tar->setStandardOutputFile(QProcess::nullDevice());
  tar->setStandardErrorFile(QProcess::nullDevice());
  connect(tar, &QProcess::errorOccurred, this, [this, tar](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    tar->deleteLater();
    m_busy = false;
    tell(tr("This could not be done: %1").arg(tar->errorString()));
  });
  connect(tar, &QProcess::finished, this, [this, tar, part, target](int code, QProcess::ExitStatus status) {
    tar->deleteLater();
    m_busy = false;
    // 1: something could not be packed as it was, a socket for one.
    bool whole = status == QProcess::NormalExit && code <= 1 && QFile::rename(part, target);
    if (!whole) QFile::remove(part);
    if (whole) m_copy = target;
    tell(whole ? tr("Saved as %1").arg(wording::isolated(wording::path(target)))
               : tr("The copy could not be written. Is the disk full?"));
  });
  tar->start(QStringLiteral("tar"),
             {QStringLiteral("--create"), QStringLiteral("--gzip"), QStringLiteral("--force-local"),
              QStringLiteral("--one-file-system"), QStringLiteral("--file"), part, QStringLiteral("--directory"),
              m_directory, QStringLiteral("home")});
}

void PrivateFolder::startAfresh() {
  work(
      [now = path().toLocal8Bit(), former = former()] {
        if (QFileInfo(former).isDir()) {
          auto why = removed(former);
          if (!why.isEmpty()) return why;
        }
        return rename(now.constData(), former.toLocal8Bit().constData()) < 0 ? fault() : QString();
      },
      tr("It starts afresh. What it had is kept below until you delete it."));
}

void PrivateFolder::bringBack() {
  work(
      [now = path().toLocal8Bit(), former = former().toLocal8Bit()] {
        if (renameat2(AT_FDCWD, former.constData(), AT_FDCWD, now.constData(), RENAME_EXCHANGE) == 0) return QString();
        // It was not started since.
        if (errno == ENOENT && rename(former.constData(), now.constData()) == 0) return QString();
        return fault();
      },
      tr("It has back what it had."));
}

void PrivateFolder::deleteFormer() {
  work([former = former()] { return removed(former); }, tr("Deleted."));
}

}  // namespace latchkey::ui

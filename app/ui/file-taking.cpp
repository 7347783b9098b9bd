// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/file-taking.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "app/ui/wording.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

constexpr qsizetype LONGEST_NAME = 255;

QString shown(const QByteArray& path) {
  auto name = path.mid(path.lastIndexOf('/') + 1);
  return wording::isolated(QString::fromStdString(brief(name.toStdString(), 80)));
}

kj::Maybe<Resolved> tryHold(const QByteArray& path) {
  kj::Maybe<Resolved> held;
  auto gone = kj::runCatchingExceptions([&] { held = tryResolve(path.toStdString()); });
  return held;
}

bool exists(const QByteArray& path) {
  struct stat facts{};
  return lstat(path.constData(), &facts) == 0;
}

bool isRegular(int fd) {
  struct stat facts{};
  return fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

Chosen chosenOf(Resolved&& thing) {
  return {QByteArray::fromStdString(thing.path), std::make_shared<HeldFile>(thing.fd.release())};
}

QByteArray below(const QByteArray& folder, const QByteArray& name) {
  return folder.endsWith('/') ? folder + name : folder + '/' + name;
}

// "letter (2).tar.gz"
QByteArray numbered(const QByteArray& name, int number) {
  auto dot = name.indexOf('.', 1);
  if (dot < 0) dot = name.size();
  return name.left(dot) + " (" + QByteArray::number(number) + ')' + name.mid(dot);
}

}  // namespace

QString nameProblem(const QString& name) {
  auto bytes = name.toUtf8();
  if (name.contains(u'/')) return FileTaking::tr("A name cannot have “/” in it.");
  if (name == u"." || name == u"..") return FileTaking::tr("This name means a folder.");
  if (bytes.size() > LONGEST_NAME) return FileTaking::tr("This name is too long.");
  if (escaped(bytes.toStdString()) != bytes.toStdString())
    return FileTaking::tr("This name has characters that cannot be seen.");
  return {};
}

bool FileTaking::takeOne(const Wanted& thing, Taken& taken) const {
  auto held = tryHold(thing.path);
  KJ_IF_MAYBE (found, held) {
    bool same = found->inode == thing.inode && found->device == thing.device && found->directory == thing.folder;
    if (!same || !(thing.folder || isRegular(found->fd))) {
      taken.problem = tr("%1 is not what it was any more. Look again.").arg(shown(thing.path));
    } else if (behindFence(m_fence, QByteArray::fromStdString(found->path))) {
      taken.problem = tr("%1 belongs to Latchkey. No app can be given it.").arg(shown(thing.path));
    } else {
      taken.chosen.append(chosenOf(kj::mv(*found)));
    }
  } else {
    taken.problem = tr("%1 is no longer there.").arg(shown(thing.path));
  }
  return taken.problem.isEmpty();
}

Taken FileTaking::take(const QList<Wanted>& things) const {
  Taken taken;
  if (things.size() > MOST_PICKED) taken.problem = tr("That is too much at once: at most %1.").arg(MOST_PICKED);
  for (const auto& thing : things) {
    if (!taken.problem.isEmpty() || !takeOne(thing, taken)) break;
  }
  if (!taken.problem.isEmpty()) taken.chosen.clear();
  return taken;
}

Taken FileTaking::takeFolder(const QByteArray& path) const {
  Taken taken;
  auto held = tryHold(path);
  KJ_IF_MAYBE (found, held) {
    // Its own path was shown: another one now is another folder.
    if (!found->directory || QByteArray::fromStdString(found->path) != path || behindFence(m_fence, path))
      taken.problem = tr("%1 is not what it was any more. Look again.").arg(shown(path));
    else taken.chosen.append(chosenOf(kj::mv(*found)));
  } else {
    taken.problem = tr("%1 is no longer there.").arg(shown(path));
  }
  return taken;
}

Taken FileTaking::takeName(const QByteArray& folder, const QByteArray& name, quint64 device, quint64 inode) const {
  Taken taken;
  // From the person, or from the app: either way one name in this folder.
  if (name.isEmpty() || name.contains('/') || name.contains('\0') || name == "." || name == "..") {
    taken.problem = tr("%1 is no name of a file.").arg(shown(name));
    return taken;
  }
  auto heldFolder = tryHold(folder);
  KJ_IF_MAYBE (place, heldFolder) {
    auto path = below(QByteArray::fromStdString(place->path), name);
    if (!place->directory || behindFence(m_fence, path)) {
      taken.problem = tr("Nothing can be saved here.");
      return taken;
    }
    auto held = tryHold(path);
    KJ_IF_MAYBE (there, held) {
      if (there->directory) {
        taken.problem = tr("There is a folder called %1.").arg(shown(path));
      } else if (!isRegular(there->fd) || behindFence(m_fence, QByteArray::fromStdString(there->path))) {
        taken.problem = tr("%1 cannot be replaced.").arg(shown(path));
      } else if (there->inode != inode || there->device != device) {
        taken.overwritten = name;
        taken.device = there->device;
        taken.inode = there->inode;
      } else {
        taken.chosen.append(chosenOf(kj::mv(*there)));
      }
    } else if (exists(path)) {
      taken.problem = tr("%1 is a link that leads nowhere.").arg(shown(path));
    } else if (faccessat(AT_FDCWD, place->path.c_str(), W_OK, 0) != 0) {
      taken.problem = tr("Nothing can be saved here.");
    } else {
      taken.chosen.append({path, nullptr});
    }
  } else {
    taken.problem = tr("This folder is gone.");
  }
  return taken;
}

Taken FileTaking::takeNames(const QByteArray& folder, const QList<QByteArray>& names) const {
  Taken taken;
  if (names.size() > MOST_PICKED) taken.problem = tr("That is too much at once: at most %1.").arg(MOST_PICKED);
  QList<QByteArray> used;
  for (const auto& wanted : names) {
    if (!taken.problem.isEmpty()) break;
    auto name = wanted;
    for (int number = 2; used.contains(name) || exists(below(folder, name)); ++number) name = numbered(wanted, number);
    used.append(name);
    auto one = takeName(folder, name, 0, 0);
    taken.chosen += one.chosen;
    taken.problem = one.problem;
  }
  if (!taken.problem.isEmpty()) taken.chosen.clear();
  return taken;
}

QString FileTaking::makeFolder(const QByteArray& folder, const QByteArray& name) const {
  auto held = tryHold(folder);
  KJ_IF_MAYBE (place, held) {
    if (behindFence(m_fence, below(QByteArray::fromStdString(place->path), name)))
      return tr("Nothing can be saved here.");
    kj::AutoCloseFd directory(open(place->path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (mkdirat(directory, name.constData(), 0777) == 0) return {};
    if (errno == EEXIST) return tr("There is something called %1.").arg(shown(name));
    return tr("The folder cannot be made: %1.").arg(qt_error_string(errno));
  }
  return tr("This folder is gone.");
}

}  // namespace latchkey::ui

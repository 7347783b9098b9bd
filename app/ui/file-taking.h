// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From what a person sees and picks to what is granted: each thing is opened once, compared with what was on the
// screen, and goes to the broker as that descriptor. What took its place meanwhile is not granted.

#include <QCoreApplication>

#include "app/ui/listing.h"

namespace latchkey::ui {

// More descriptors than that do not go with one message.
constexpr qsizetype MOST_PICKED = 40;

// Why a file cannot be called that; empty where it can. The empty name has no problem and is no name.
QString nameProblem(const QString& name);

struct Taken {
  QList<Chosen> chosen;
  QString problem;
  // Files that would be replaced, where that was not said to be right.
  QByteArray overwritten;
  quint64 device = 0;
  quint64 inode = 0;
};

class FileTaking {
  Q_DECLARE_TR_FUNCTIONS(FileTaking)

public:
  explicit FileTaking(Fence fence) : m_fence(std::move(fence)) {}

  struct Wanted {
    QByteArray path;
    bool folder = false;
    quint64 device = 0;  // As shown.
    quint64 inode = 0;
  };
  // All of these wait for a disk.
  Taken take(const QList<Wanted>& things) const;
  // The folder in which the person is.
  Taken takeFolder(const QByteArray& path) const;
  // `device`, `inode`: the file that the person said may be replaced; 0: none.
  Taken takeName(const QByteArray& folder, const QByteArray& name, quint64 device, quint64 inode) const;
  // New names in the folder, beside what is there: "a (2).txt".
  Taken takeNames(const QByteArray& folder, const QList<QByteArray>& names) const;
  // What went wrong; empty: it is made.
  QString makeFolder(const QByteArray& folder, const QByteArray& name) const;

private:
  bool takeOne(const Wanted& thing, Taken& taken) const;
  Fence m_fence;
};

}  // namespace latchkey::ui

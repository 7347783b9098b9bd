// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which apps the person, or their desktop, set for a type: mimeapps.list, in its order of precedence.

#include <QByteArray>
#include <QStringList>

namespace latchkey::ui {

struct Associations {
  QStringList defaults;  // App ids, the most wanted first.
  QStringList added;
  QStringList removed;
};

// `files`: contents of the lists, the most important first. A malformed one is as if it were not there.
Associations associationsOf(const QList<QByteArray>& files, const QString& type);
// The lists of this session.
QList<QByteArray> associationFiles();

}  // namespace latchkey::ui

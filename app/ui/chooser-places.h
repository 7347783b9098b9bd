// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The places at the side of a chooser: where people keep their things, what they marked, what is plugged in.

#include <qqmlregistration.h>
#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>

namespace latchkey::ui {

class ChooserPlace {
  Q_GADGET
  QML_VALUE_TYPE(chooserPlace)
  Q_PROPERTY(QString name MEMBER name)
  Q_PROPERTY(QString symbol MEMBER symbol)
  // The first of its kind stands apart.
  Q_PROPERTY(bool apart MEMBER apart)

public:
  enum Kind { Folder, Recent };
  QString name;
  QString symbol;
  bool apart = false;
  Kind kind = Folder;
  QByteArray path;
  bool operator==(const ChooserPlace&) const = default;
};

// Waits for a disk. `home` as Places has it; `mounts`: where plugged-in disks appear.
QList<ChooserPlace> chooserPlaces(const QByteArray& home, const QList<QByteArray>& mounts);
QList<QByteArray> mountFolders();
// "file:///home/x/My%20things Label", a line each.
QList<ChooserPlace> bookmarksOf(const QByteArray& text);

}  // namespace latchkey::ui

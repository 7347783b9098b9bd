// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Invitations of ours that nobody has used yet, and the one that was just made.
//
// The link of that one is a secret and is told once: it goes to the clipboard or into a file when the person says so,
// and is forgotten when its sheet closes. Clipboard histories are asked not to keep it.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QTimer>
#include <QUrl>

#include "app/ui/far-errand.h"
#include "app/ui/machine-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class Invitations final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(int count READ count NOTIFY changed)
  // Somebody looks at them: they are asked for again and again.
  Q_PROPERTY(bool watching READ watching WRITE setWatching NOTIFY changed)
  Q_PROPERTY(QString link READ link NOTIFY changed)
  // "tomorrow 14:20"
  Q_PROPERTY(QString until READ until NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool copied READ copied NOTIFY changed)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    MadeRole,                   // QString: a moment.
    UntilRole,                  // QString: a moment to come.
  };

  Invitations(MachineLine& line, Undo& undo, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_open.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  int count() const { return rowCount(); }
  bool watching() const { return m_again.isActive(); }
  void setWatching(bool watching);
  QString link() const { return m_made.link; }
  QString until() const;
  QString fault() const { return m_fault; }
  bool copied() const { return m_copied; }

  void make();
  // Its link is not shown any more; it stays good.
  void putAway();
  Q_INVOKABLE void cancel(const QString& invitation);
  Q_INVOKABLE void copyLink();
  Q_INVOKABLE void saveLink(const QUrl& file);
  void read();

Q_SIGNALS:
  void changed();
  // By this machine.
  void used(const QString& invitation, const QString& machine);

private:
  void take(const QList<Invitation>& list);

  MachineLine& m_line;
  Undo& m_undo;
  QList<Invitation> m_open;
  QHash<QString, bool> m_known;  // Whether it was unused when last seen.
  Invitation m_made;
  QString m_fault;
  bool m_copied = false;
  QTimer m_again;
  FarErrand m_errand;
};

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Further destinations that the same app tried to reach in the moment in which it was asked about one: they stand in
// the same question, each with a switch of its own.
//
// - Gathered for a short while only, and never while input counts: what appears makes the guard of the question start
//   anew, so that nobody allows a place they have not seen.
// - At most so many; what comes later is the next question.
// - Who chooses the whole Internet settles all that lie there; what lies in the local network is never among them.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QElapsedTimer>

#include "app/ui/records.h"

namespace latchkey::ui {

class Gathered final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Part of a question")
  // One destination is no list.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  Q_PROPERTY(int chosen READ chosen NOTIFY chosenChanged)

public:
  enum Roles {
    HostRole = Qt::UserRole + 1,  // QString
    DetailRole,                   // QString: "mail (port 993)", and what should be known of it.
    OnRole,                       // bool
  };
  static constexpr int MOST = 30;
  static constexpr int MILLISECONDS = 1500;

  explicit Gathered(const Request& first, QObject* parent = nullptr);
  // Instead of MILLISECONDS since it was made.
  void gatherFor(int milliseconds) { m_patience = milliseconds; }

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  int count() const { return int(m_rows.size()); }
  int chosen() const;

  // False where it does not belong here: another app, another kind of place, too late, too many.
  bool join(const Request& request);
  // It waits no longer, or was answered elsewhere. The first one stays: its end is the question's.
  void leave(const QString& request);
  void set(int row, bool on);

  struct One {
    Request request;
    bool on = true;
  };
  const QList<One>& all() const { return m_rows; }

Q_SIGNALS:
  void countChanged();
  void chosenChanged();

private:
  QList<One> m_rows;
  QElapsedTimer m_since;
  int m_patience = MILLISECONDS;
};

}  // namespace latchkey::ui

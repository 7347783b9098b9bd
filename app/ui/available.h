// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What followed repositories offer beyond what is installed, for what is being typed: looked up in what they said last,
// by another process, so that no key waits for anything. While one answer is awaited nothing else is asked; then what
// was typed by then is.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QTimer>

#include "app/ui/installing.h"

namespace latchkey::ui {

class Available final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
  Q_PROPERTY(int count READ count NOTIFY changed)
  // "12 more: type more of the name". Empty: all are shown.
  Q_PROPERTY(QString rest READ rest NOTIFY changed)

public:
  // So many are shown.
  static constexpr int MOST = 40;

  enum Roles {
    NameRole = Qt::UserRole + 1,  // QString: the author's words, like the next.
    SummaryRole,                  // QString
    SourceRole,                   // QString: "org.example.apps · 2.1 · 64 MB"
    SignerRole,                   // QString: whether its signer is known here.
    KnownRole,                    // bool: it is.
  };

  Available(Session& session, PackageLine& line, Installing& installing, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  QString search() const { return m_search; }
  void setSearch(const QString& search);
  int count() const { return int(m_found.list.size()); }
  QString rest() const;

  // Shows what it is; nothing is installed by that.
  Q_INVOKABLE void look(int row);

Q_SIGNALS:
  void searchChanged();
  void changed();

private:
  void ask();
  void take(FoundOffers found);

  Session& m_session;
  PackageLine& m_line;
  Installing& m_installing;
  QString m_search;
  FoundOffers m_found;
  bool m_asking = false, m_again = false;
};

}  // namespace latchkey::ui

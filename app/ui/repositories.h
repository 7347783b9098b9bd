// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The repositories that are followed, and beginning to follow one. Following installs nothing; but whose key it is
// decides what can be installed, so the key is shown in full before, to be compared with what its publisher says.

#include <qqmlregistration.h>
#include <QUrl>

#include "app/ui/far-errand.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/package-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class Repositories final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  // A new one is being described.
  Q_PROPERTY(bool adding READ adding NOTIFY draftChanged)
  Q_PROPERTY(QString place READ place WRITE setPlace NOTIFY draftChanged)
  Q_PROPERTY(QString key READ key WRITE setKey NOTIFY draftChanged)
  // The key in groups, and its short name; empty while it is none.
  Q_PROPERTY(QString keyShown READ keyShown NOTIFY draftChanged)
  Q_PROPERTY(QString keyId READ keyId NOTIFY draftChanged)
  Q_PROPERTY(QString keyFault READ keyFault NOTIFY draftChanged)
  Q_PROPERTY(QString fault READ fault NOTIFY draftChanged)
  // It is being asked.
  Q_PROPERTY(bool busy READ busy NOTIFY draftChanged)
  Q_PROPERTY(bool possible READ possible NOTIFY draftChanged)

public:
  enum Roles {
    FollowedRole = Qt::UserRole + 1,  // QString: what the store calls it.
    NameRole,                         // QString
    PlaceRole,                        // QString
    KeyRole,                          // QString: "Signed by the key 7E25D3A84C61F09B"
    LineRole,                         // QString: "12 apps · reached 14:02"
    ProblemRole,                      // QString: a sentence, or empty.
    AskingRole,                       // bool
  };

  Repositories(Session& session, PackageLine& line, Undo& undo, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return m_open; }
  bool adding() const { return m_adding; }
  QString place() const { return m_place; }
  void setPlace(const QString& place);
  QString key() const { return m_key; }
  void setKey(const QString& key);
  QString keyShown() const;
  QString keyId() const;
  QString keyFault() const { return m_keyFault; }
  QString fault() const { return m_fault; }
  bool busy() const { return m_busy; }
  bool possible() const;

  Q_INVOKABLE void show();
  Q_INVOKABLE void close();
  Q_INVOKABLE void begin();
  // Back to the list; what is being asked is not waited for.
  Q_INVOKABLE void cancel();
  // A publisher's key file; also opens the sheet.
  Q_INVOKABLE void takeKey(const QUrl& file);
  Q_INVOKABLE void follow();
  Q_INVOKABLE void unfollow(const QString& followed);
  Q_INVOKABLE void refresh(const QString& followed);

Q_SIGNALS:
  void openChanged();
  void draftChanged();

private:
  void readKey(const QByteArray& content, const QString& fault);
  void failed(const QString& fault);

  Session& m_session;
  PackageLine& m_line;
  Undo& m_undo;
  QHash<QString, FollowedRepository> m_all;
  QSet<QString> m_asking;
  QString m_place, m_key, m_keyFault, m_fault;
  quint64 m_turn = 0;
  bool m_open = false, m_adding = false, m_busy = false;
  FarErrand m_errand;
};

}  // namespace latchkey::ui

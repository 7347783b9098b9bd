// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Questions that wait, with the same choices as in the prompt, and answers lately given.

#include "app/ui/apps-model.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/question.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class RequestsModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  Q_PROPERTY(int waiting READ waiting NOTIFY waitingChanged)
  // Only requests of this app; empty: of all.
  Q_PROPERTY(QString app READ app WRITE setApp NOTIFY appChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    QuestionRole,               // Question*: what to ask; null once decided.
    WhoRole,                    // QString: the app's name.
    IconRole,                   // QUrl of the app's picture.
    WishRole,                   // QString: "wants to open this file"
    ThingRole,                  // QString
    PlaceRole,                  // QString
    OutcomeRole,                // QString: "not allowed by you"
    AllowedRole,                // bool
    WhenRole,                   // QString
    ChangeRole,                 // QString: what can be done about it now; empty: nothing.
    SymbolRole,                 // QString
    GroupRole,                  // QString: heading.
  };

  RequestsModel(Session& session, const AppsModel& names, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  int waiting() const { return int(m_questions.size()); }
  QString app() const { return m_app; }
  void setApp(const QString& app);

  // Takes the answer back: an allowed thing is stopped, a "never" forgotten.
  Q_INVOKABLE void change(const QString& id);

  // Brings forward the windows in which the person picks.
  Q_INVOKABLE void raise() { Q_EMIT windowWanted(); }

Q_SIGNALS:
  void windowWanted();
  void waitingChanged();
  void appChanged();
  // An "allow" to take back: the page shows what ends with it first.
  void stopWanted(const QStringList& grants);

private:
  void take(const QList<Request>& requests);
  void arrange();
  void openQuestion(const Request& request);

  Session& m_session;
  const AppsModel& m_names;
  QString m_app;
  QHash<QString, Request> m_requests;
  QHash<QString, Question*> m_questions;
};

}  // namespace latchkey::ui

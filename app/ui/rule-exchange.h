// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Rules as a file: writing all that stand into one, and taking over one from elsewhere.
//
// A file from elsewhere is a stranger's. What it would do is shown first, rule by rule in sentences; taken over is what
// was shown, all of it or nothing. It is read once: what is in the file later is nobody's business.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QUrl>

#include "app/ui/apps-model.h"
#include "app/ui/far-errand.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class RuleExchange final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  // "3 would be added, 1 is there already, 1 cannot be"
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  // Why nothing of it can be taken over.
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool ready READ ready NOTIFY changed)

public:
  enum Roles {
    SentenceRole = Qt::UserRole + 1,  // QString: the rule as it would be.
    NoteRole,                         // QString: "there already", or why it cannot be; empty where it would be added.
    SymbolRole,                       // QString
    RefusedRole,                      // bool: it cannot be.
  };

  RuleExchange(Session& session, const AppsModel& names, Undo& undo, QString home, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_lines.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return m_open; }
  QString summary() const;
  QString fault() const { return m_fault; }
  bool ready() const;

  // What this file would do.
  Q_INVOKABLE void look(const QUrl& file);
  Q_INVOKABLE void apply();
  Q_INVOKABLE void close();
  Q_INVOKABLE void save(const QUrl& file);

Q_SIGNALS:
  void changed();

private:
  int count(ImportLine::State state) const;
  void took(const QByteArray& content, bool isThere);
  void show(const Import& import);
  void write(const QString& path, const Export& rules);

  Session& m_session;
  const AppsModel& m_names;
  Undo& m_undo;
  QString m_home;
  QByteArray m_content;
  QList<ImportLine> m_lines;
  QString m_fault;
  bool m_open = false;
  bool m_busy = false;
  FarErrand m_errand;
};

}  // namespace latchkey::ui

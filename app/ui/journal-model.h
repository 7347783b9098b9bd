// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What happened, newest first, a sentence each.

#include <QTimer>

#include "app/ui/apps-model.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/question.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class JournalModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
  // Which lines are shown: all, or those of one sort.
  Q_PROPERTY(QList<latchkey::ui::Choice> events READ events CONSTANT)
  Q_PROPERTY(int eventIndex READ eventIndex WRITE setEventIndex NOTIFY filterChanged)

public:
  enum Roles {
    SequenceRole = Qt::UserRole + 1,  // QString
    SentenceRole,                     // QString
    TimeRole,                         // QString: the time of day.
    DayRole,                          // QString: heading.
    SymbolRole,                       // QString: of the event.
    WhoRole,                          // QString
    IconRole,                         // QUrl of the app's picture.
    ExplainableRole,                  // bool: something decided it.
  };

  JournalModel(Session& session, const AppsModel& names, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  QString filter() const { return m_filter; }
  void setFilter(const QString& filter);
  QList<Choice> events() const;
  int eventIndex() const { return m_eventIndex; }
  void setEventIndex(int index);

  bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
  void filterChanged();

private:
  void take(const QList<JournalEntry>& entries);
  void arrange();
  bool matches(const JournalEntry& entry) const;
  void ask(quint64 before);

  Session& m_session;
  const AppsModel& m_names;
  QMap<quint64, JournalEntry> m_entries;
  QString m_filter;
  int m_eventIndex = 0;
  bool m_asking = false;
  bool m_complete = false;
};

}  // namespace latchkey::ui

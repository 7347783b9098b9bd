// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Every grant, as the page of keys shows it: grouped by app, by thing or - where other machines hold any - by machine,
// filtered by what is typed, the ended ones last.

#include <QTimer>

#include "app/ui/apps-model.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/question.h"
#include "app/ui/session.h"
#include "app/ui/sharing-records.h"

namespace latchkey::ui {

class GrantsModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  Q_PROPERTY(Grouping grouping READ grouping WRITE setGrouping NOTIFY viewChanged)
  Q_PROPERTY(QList<latchkey::ui::Choice> groupings READ groupings NOTIFY groupingsChanged)
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY viewChanged)
  // Only grants of this holder's app; empty: of all.
  Q_PROPERTY(QString app READ app WRITE setApp NOTIFY viewChanged)
  Q_PROPERTY(bool showEnded READ showEnded WRITE setShowEnded NOTIFY viewChanged)
  Q_PROPERTY(int selectedCount READ selectedCount NOTIFY selectionChanged)
  // All there are, shown or not.
  Q_PROPERTY(int total READ total NOTIFY totalChanged)

public:
  enum Grouping { ByApp, ByThing, ByMachine };
  Q_ENUM(Grouping)

  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    ThingRole,                  // QString: the thing's own name.
    PlaceRole,                  // QString: where it is.
    WholeRole,                  // QString: the whole path or address.
    WhoRole,                    // QString: the app's name.
    ProfileRole,                // QString: of the holder, empty for the default one.
    HolderRole,                 // QString: id of the app.
    IconRole,                   // QUrl of the app's picture.
    StripeRole,                 // int: the colour of a machine that holds it; of apps -1.
    InitialsRole,               // QString: of a machine.
    AccessRole,                 // QString: "look only"
    ReachRole,                  // QString: "and all below", or empty.
    UntilRole,                  // QString: "while it runs"
    UsedRole,                   // QString: "14:02"
    LiveRole,                   // int: open handles.
    EndedRole,                  // bool: expired or stopped.
    PausedRole,                 // bool
    StateRole,                  // QString: "stopped 14:02", or empty.
    OriginRole,                 // QString: "you were asked"
    SymbolRole,                 // QString: of its kind.
    GroupRole,                  // QString: heading it stands under.
    SelectedRole,               // bool
    ChangeableRole,             // bool: a rule about files or the network that can be changed.
    NoteRole,                   // QString: "3 of 10 uses · not accepted yet" of a machine; whose it is, of an app's.
    ShareableRole,              // bool: what an app listens on, that may be shared with a machine too.
  };

  GrantsModel(Session& session, const AppsModel& names, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  Grouping grouping() const { return m_grouping; }
  void setGrouping(Grouping grouping);
  QList<Choice> groupings() const;
  QString filter() const { return m_filter; }
  void setFilter(const QString& filter);
  QString app() const { return m_app; }
  void setApp(const QString& app);
  bool showEnded() const { return m_showEnded; }
  void setShowEnded(bool show);
  int selectedCount() const { return int(m_selected.size()); }
  int total() const { return int(m_grants.size()); }

  Q_INVOKABLE void select(const QString& id, bool on);
  Q_INVOKABLE void selectAll();
  Q_INVOKABLE void clearSelection();
  // The selected ones, else `id` alone.
  Q_INVOKABLE QStringList chosen(const QString& id) const;

  Q_INVOKABLE void giveAgain(const QString& id);
  Q_INVOKABLE void pause(const QString& id, bool on);

  const Grant* find(const QString& id) const;
  QString who(const Grant& grant) const;
  QString thing(const Grant& grant) const;
  // What is known of those that machines hold.
  void setMarks(const QList<ShareMark>& marks);

Q_SIGNALS:
  void viewChanged();
  void groupingsChanged();
  void selectionChanged();
  void totalChanged();

private:
  void take(const QList<Grant>& grants);
  void arrange();
  bool matches(const Grant& grant) const;
  QString group(const Grant& grant) const;
  QString owner(const Grant& grant) const;
  QString note(const Grant& grant) const;
  void countMachines();

  Session& m_session;
  const AppsModel& m_names;
  QHash<QString, Grant> m_grants;
  QHash<QString, ShareMark> m_marks;
  Grouping m_grouping = ByApp;
  QString m_filter;
  QString m_app;
  bool m_showEnded = true;
  bool m_anyOfMachines = false;
  QSet<QString> m_selected;
  QTimer m_arranging;
};

}  // namespace latchkey::ui

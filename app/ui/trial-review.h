// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app did while it was only tried, and the person's answer to it: keep all, keep some, discard, or later.
//
// The rows are the changes of the one trial that is looked at, the person's own files first, then what the app wrote
// for itself; parents stand before what is in them. Nothing of a trial touches the originals before `keep`. Where the
// original was changed by somebody else meanwhile, the change is not chosen beforehand: choosing it replaces theirs.
//
// A trial that this window started is shown when it ends. All others wait in `waiting`.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QHash>
#include <QSet>

#include <vector>

#include "app/ui/apps-model.h"
#include "app/ui/undo.h"
#include "broker/base/places.h"
#include "launcher/trial/changes.h"
#include "launcher/trial/keep.h"

namespace latchkey::ui {

// One that has ended and was not decided.
class TriedApp {
  Q_GADGET
  QML_VALUE_TYPE(triedApp)
  Q_PROPERTY(QString id MEMBER id)
  Q_PROPERTY(QString name MEMBER name)
  Q_PROPERTY(QString when MEMBER when)

public:
  QString id;
  QString name;
  QString when;
  bool operator==(const TriedApp&) const = default;
};

class TrialReview final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QList<latchkey::ui::TriedApp> waiting READ waiting NOTIFY waitingChanged)
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  // "2 new, 1 changed, 1 deleted"
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  Q_PROPERTY(int count READ count NOTIFY changed)
  Q_PROPERTY(int chosen READ chosen NOTIFY changed)
  Q_PROPERTY(int conflicts READ conflicts NOTIFY changed)

public:
  enum Roles {
    PathRole = Qt::UserRole + 1,  // QString: "~/Documents/a.txt"
    WhatRole,                     // QString: "new", "changed", "deleted"
    NoteRole,                     // QString: "folder", "changed by others meanwhile"; may be empty.
    GroupRole,                    // QString: whose it is.
    SymbolRole,                   // QString
    ChosenRole,                   // bool
    ConflictRole,                 // bool
    FaultRole,                    // QString: why it could not be kept; mostly empty.
  };

  TrialReview(Session& session, const AppsModel& names, Undo& undo, Places places, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : int(m_changes.list.size());
  }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  QList<TriedApp> waiting() const { return m_waiting; }
  bool open() const { return m_open; }
  bool busy() const { return m_busy; }
  QString title() const;
  QString summary() const;
  int count() const { return rowCount(); }
  int chosen() const;
  int conflicts() const;

  Q_INVOKABLE void look(const QString& trial);
  // With a thing come the folders it needs, and what is in it comes and goes with it.
  Q_INVOKABLE void choose(int row, bool on);
  Q_INVOKABLE void chooseAll(bool on);
  // The chosen ones; the others are discarded with the trial. What could not be kept stays to be decided.
  Q_INVOKABLE void keep();
  Q_INVOKABLE void discard();
  Q_INVOKABLE void later();

Q_SIGNALS:
  void waitingChanged();
  void changed();

private:
  struct Look {
    std::vector<trial::Trial> all;
    trial::Trial trial;
    trial::Changes changes;
    bool found = false;
  };

  void noticed(const QList<Instance>& changed);
  void listWaiting();
  void lookAt(const QString& id, int patience);
  void show(const Look& found);
  void setWaiting(const std::vector<trial::Trial>& all);
  void setChanges(trial::Changes changes);
  void kept(const std::vector<trial::NotKept>& failed);
  void finish(const QString& line);
  void close();

  Session& m_session;
  const AppsModel& m_names;
  Undo& m_undo;
  Places m_places;
  QSet<QString> m_started;  // By this window, and not ended.
  QStringList m_next;       // Ended while another was being looked at.
  QList<TriedApp> m_waiting;
  trial::Trial m_trial;
  trial::Changes m_changes;
  std::vector<bool> m_chosen;
  QHash<QString, QString> m_faults;  // By path.
  bool m_open = false;
  bool m_busy = false;
};

}  // namespace latchkey::ui

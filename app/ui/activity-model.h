// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Running apps and, below each that is opened, the tree of its processes. Asked for only while somebody looks.

#include <QElapsedTimer>
#include <QTimer>

#include "app/ui/apps-model.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/question.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class ActivityModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the program's desk")
  // Somebody looks: figures are kept fresh.
  Q_PROPERTY(bool watching READ watching WRITE setWatching NOTIFY watchingChanged)
  Q_PROPERTY(int running READ running NOTIFY runningChanged)
  // Only those who have used the network in the last minute.
  Q_PROPERTY(QList<latchkey::ui::Choice> views READ views CONSTANT)
  Q_PROPERTY(bool talkingOnly READ talkingOnly WRITE setTalkingOnly NOTIFY talkingOnlyChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString: instance id, or that with a process id.
    InstanceRole,               // QString
    DepthRole,                  // int: 0 for an app, 1 and more for its processes.
    NameRole,                   // QString
    IconRole,                   // QUrl; empty for a process.
    DetailRole,                 // QString: what it does on the network, profile, since when, its window.
    CpuRole,                    // QString: "3 %", empty while unknown.
    MemoryRole,                 // QString
    OpenFilesRole,              // int
    ProcessesRole,              // int
    ExpandedRole,               // bool
    StateRole,                  // QString: "starting", "stopping", or empty.
  };

  ActivityModel(Session& session, const AppsModel& names, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool watching() const { return m_timer.isActive(); }
  void setWatching(bool watching);
  int running() const { return int(m_instances.size()); }
  QList<Choice> views() const { return {{0, tr("All"), {}}, {1, tr("Using the network"), {}}}; }
  bool talkingOnly() const { return m_talkingOnly; }
  void setTalkingOnly(bool only);

  Q_INVOKABLE void toggle(const QString& instance);
  Q_INVOKABLE void stop(const QString& instance) { m_session.stop(instance); }

Q_SIGNALS:
  void watchingChanged();
  void runningChanged();
  void talkingOnlyChanged();

private:
  struct Measured {
    Process process;
    double percent = -1;
    int depth = 1;
  };
  struct Running {
    Instance instance;
    QList<Measured> processes;
    QElapsedTimer since;
    bool expanded = false;
    Nanos talked = 0;  // When it last exchanged something over the network.
    int talks = 0;     // Connections of the last minute.
    QList<Listener> listeners;
  };

  void take(const QList<Instance>& changed);
  void measure();
  void heard(const Session::ConnectedNow& now);
  static bool isTalking(const Running& running);
  QString networkText(const Running& running) const;
  void measured(const QString& instance, const QList<Process>& processes);
  void arrange();
  QVariant ofInstance(const Running& running, int role) const;
  QVariant ofProcess(const Measured& measured, int role) const;

  Session& m_session;
  const AppsModel& m_names;
  QHash<QString, Running> m_instances;
  QTimer m_timer;
  bool m_talkingOnly = false;
};

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is installed from bundles, and what is newer of it. What claims no more than before is installed by a button;
// what claims more waits, and is shown with what is different before anybody accepts it.

#include <qqmlregistration.h>
#include <QHash>
#include <QSet>

#include "app/ui/apps-model.h"
#include "app/ui/installing.h"

namespace latchkey::ui {

class Updates final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  // Apps of which there is something newer, whether it waits or not.
  Q_PROPERTY(int waiting READ waiting NOTIFY changed)
  // Those that can be installed at once, together.
  Q_PROPERTY(int ready READ ready NOTIFY changed)
  // Some are being installed.
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  // Repositories that are followed.
  Q_PROPERTY(int sources READ sources NOTIFY changed)
  // They are being asked.
  Q_PROPERTY(bool asking READ asking NOTIFY changed)
  // "The repositories you follow were asked at 14:02."
  Q_PROPERTY(QString asked READ asked NOTIFY changed)
  // One line for each that could not be reached, or cannot be used.
  Q_PROPERTY(QStringList problems READ problems NOTIFY changed)

public:
  enum State { UpToDate, Ready, Waits, Queued, Working };
  Q_ENUM(State)
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString
    NameRole,                   // QString
    PortraitRole,               // QUrl
    LineRole,                   // QString: "Version 1.0 · up to date"
    StateRole,                  // State
    ProgressRole,               // double: of `Working`, 0 to 1.
    FaultRole,                  // QString: why the last attempt came to nothing.
    AutomaticRole,              // bool
    DetailsRole,                // bool: what is new can be looked at.
  };

  Updates(Session& session, PackageLine& line, Installing& installing, const AppsModel& names, Undo& undo,
          QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return m_open; }
  int waiting() const;
  int ready() const;
  bool busy() const { return !m_working.isEmpty(); }
  int sources() const { return int(m_sources.size()); }
  bool asking() const { return m_asking; }
  QString asked() const;
  QStringList problems() const;

  Q_INVOKABLE void show();
  Q_INVOKABLE void close();
  Q_INVOKABLE void update(const QString& app);
  Q_INVOKABLE void updateAll();
  // Of one that is being installed, or is in the queue for it.
  Q_INVOKABLE void giveUp(const QString& app);
  // The sheet with what is new, and what is asked for.
  Q_INVOKABLE void look(const QString& app);
  Q_INVOKABLE void setAutomatic(const QString& app, bool on);
  Q_INVOKABLE void refresh();

Q_SIGNALS:
  void openChanged();
  void changed();

private:
  State stateOf(const QString& app) const;
  QString lineOf(const QString& app) const;
  bool isFollowed(const QString& origin) const;
  void arrange();
  void goOn();
  void done(QString app, const QString& fault, const InstallResult& result);

  Session& m_session;
  PackageLine& m_line;
  Installing& m_installing;
  const AppsModel& m_names;
  Undo& m_undo;
  QHash<QString, Package> m_all;
  QHash<QString, PackageUpdate> m_newer;
  QList<FollowedRepository> m_sources;
  QHash<QString, QString> m_faults;
  QStringList m_queue;
  QString m_working;
  double m_progress = 0;
  quint64 m_turn = 0;
  bool m_open = false, m_asking = false;
};

}  // namespace latchkey::ui

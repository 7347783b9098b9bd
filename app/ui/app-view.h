// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The app whose page is open: its name, what it holds, what it asked for, its private folder, its limits.

#include <qqmlregistration.h>
#include <QQmlListProperty>

#include "app/ui/grants-model.h"
#include "app/ui/private-folder.h"
#include "app/ui/requests-model.h"
#include "broker/base/places.h"

namespace latchkey::ui {

class AppView final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(QString app READ app NOTIFY changed)
  Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed)
  Q_PROPERTY(QString ownName READ ownName NOTIFY changed)
  Q_PROPERTY(QString comment READ comment NOTIFY changed)
  Q_PROPERTY(QString source READ source NOTIFY changed)
  Q_PROPERTY(QUrl icon READ icon NOTIFY changed)
  Q_PROPERTY(bool confined READ confined WRITE setConfined NOTIFY changed)
  Q_PROPERTY(bool known READ known NOTIFY changed)
  Q_PROPERTY(bool sharedX READ sharedX WRITE setSharedX NOTIFY changed)
  Q_PROPERTY(bool ownSandboxes READ ownSandboxes WRITE setOwnSandboxes NOTIFY changed)
  Q_PROPERTY(bool seeHomeNames READ seeHomeNames WRITE setSeeHomeNames NOTIFY changed)
  Q_PROPERTY(bool gpu READ gpu WRITE setGpu NOTIFY changed)
  // Names of what apps have of the desktop unasked, and this one has not.
  Q_PROPERTY(QStringList off READ off NOTIFY changed)
  // In MiB, 0: none.
  Q_PROPERTY(int memoryLimit READ memoryLimit WRITE setMemoryLimit NOTIFY changed)
  Q_PROPERTY(int processLimit READ processLimit WRITE setProcessLimit NOTIFY changed)
  // Of one core, 0: none.
  Q_PROPERTY(int cpuPercent READ cpuPercent WRITE setCpuPercent NOTIFY changed)
  // Of all that it has of the network: kilobytes a second, and megabytes a day; 0: none.
  Q_PROPERTY(int networkRate READ networkRate WRITE setNetworkRate NOTIFY changed)
  Q_PROPERTY(int networkPerDay READ networkPerDay WRITE setNetworkPerDay NOTIFY changed)
  // What it keeps for itself, one for each of its profiles.
  Q_PROPERTY(QQmlListProperty<latchkey::ui::PrivateFolder> folders READ folderList NOTIFY foldersChanged)
  Q_PROPERTY(bool running READ running NOTIFY runningChanged)
  Q_PROPERTY(latchkey::ui::GrantsModel* grants READ grants CONSTANT)
  Q_PROPERTY(latchkey::ui::RequestsModel* requests READ requests CONSTANT)

public:
  AppView(Session& session, AppsModel& apps, Catalog& catalog, const Places& places, QObject* parent = nullptr);

  QString app() const { return m_settings.app; }
  Q_INVOKABLE void open(const QString& app);

  QString name() const { return m_apps.nameOf(app()); }
  void setName(const QString& name);
  // What it calls itself.
  QString ownName() const;
  QString comment() const;
  QString source() const;
  QUrl icon() const;
  bool known() const { return m_apps.find(app()); }
  bool confined() const { return m_catalog.alwaysConfined(app()); }
  void setConfined(bool on);
  bool sharedX() const { return m_settings.sharedX; }
  void setSharedX(bool on);
  bool ownSandboxes() const { return m_settings.ownSandboxes; }
  void setOwnSandboxes(bool on);
  bool seeHomeNames() const { return m_settings.seeHomeNames; }
  void setSeeHomeNames(bool on);
  bool gpu() const { return m_settings.gpu; }
  void setGpu(bool on);
  QStringList off() const { return m_settings.off; }
  Q_INVOKABLE void allow(const QString& right, bool on);
  int memoryLimit() const { return int(m_settings.memoryLimit >> 20); }
  void setMemoryLimit(int mebibytes);
  int processLimit() const { return int(m_settings.processLimit); }
  void setProcessLimit(int processes);
  int cpuPercent() const { return int(m_settings.cpuPercent); }
  void setCpuPercent(int percent);
  int networkRate() const { return inUnits(m_settings.networkRate, KILOBYTE); }
  void setNetworkRate(int kilobytes);
  int networkPerDay() const { return inUnits(m_settings.networkPerDay, MEGABYTE); }
  void setNetworkPerDay(int megabytes);
  QList<PrivateFolder*> folders() const { return m_folders; }
  QQmlListProperty<PrivateFolder> folderList();
  bool running() const { return m_apps.runs(app()); }
  GrantsModel* grants() { return &m_grants; }
  RequestsModel* requests() { return &m_requests; }

Q_SIGNALS:
  void changed();
  void foldersChanged();
  void runningChanged();

private:
  static constexpr quint64 KILOBYTE = 1'000, MEGABYTE = 1'000'000;
  // Never none where there is some.
  static int inUnits(quint64 bytes, quint64 unit) { return int(qMin<quint64>((bytes + unit - 1) / unit, 1u << 30)); }
  void keep();
  void findFolders();

  Session& m_session;
  AppsModel& m_apps;
  Catalog& m_catalog;
  GrantsModel m_grants;
  RequestsModel m_requests;
  QHash<QString, Settings> m_known;
  Settings m_settings;
  QString m_profiles;
  QList<PrivateFolder*> m_folders;
};

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The apps of this machine: what may be started, what runs, and what the running ones hold.

#include <QTimer>

#include "app/ui/catalog.h"
#include "app/ui/ordered-rows.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class AppsModel final : public OrderedRows {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  // What is searched for: every word must be in the name, the comment or a keyword.
  Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
  // What would be started if `search` were a command; empty if it is none.
  Q_PROPERTY(QString command READ command NOTIFY searchChanged)

public:
  enum Roles {
    IdRole = Qt::UserRole + 1,  // QString: the app's id.
    NameRole,                   // QString: petname, else the name its desktop file gives.
    CommentRole,                // QString: what it says it is. The app's own words.
    IconRole,                   // QUrl
    SourceRole,                 // QString: where it comes from.
    RunningRole,                // int: instances that run now.
    HoldsRole,                  // QStringList: symbols of the kinds of things it holds now.
    HoldCountRole,              // int: grants that live now.
    ConfinedRole,               // bool: the desktop's menu starts it protected too.
    ActionsRole,                // QStringList: id, name, id, name ...
    ProfilesRole,               // QStringList: profiles that are known of.
  };

  AppsModel(Session& session, Catalog& catalog, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  QString search() const { return m_search; }
  void setSearch(const QString& search);
  QString command() const;

  // The name a person knows the holder by.
  QString nameOf(const QString& holder) const;
  // With its profile: "Chromium (work)".
  QString wholeNameOf(const QString& holder) const;
  // Of a machine's holder, which colour it has; of everything else -1.
  int stripeOf(const QString& holder) const;
  // Who else holds grants: "machine:ID".
  struct OtherHolder {
    QString name;
    int stripe = 0;
    bool operator==(const OtherHolder&) const = default;
  };
  void setOthers(const QHash<QString, OtherHolder>& others);
  const App* find(const QString& id) const;
  // Ids of all that can be started.
  QStringList known() const { return m_apps.keys(); }
  void setPetname(const QString& id, const QString& petname);

  Q_INVOKABLE void start(const QString& id, const QString& profile = {});
  Q_INVOKABLE void startAction(const QString& id, const QString& action);
  // As a throw-away: nothing it does stays.
  Q_INVOKABLE void tryOut(const QString& id);
  Q_INVOKABLE void startCommand();
  // Dropped files are handed over with the app; an AppImage among them that was dropped on no app is started itself.
  Q_INVOKABLE void startWith(const QString& id, const QList<QUrl>& files);
  Q_INVOKABLE void startDropped(const QList<QUrl>& files);
  Q_INVOKABLE void stop(const QString& id);
  bool runs(const QString& id) const { return !m_uses.value(id).instances.isEmpty(); }
  Q_INVOKABLE void setConfined(const QString& id, bool on);

Q_SIGNALS:
  void searchChanged();
  void namesChanged();
  void trouble(const QString& line);

private:
  struct Use {
    QMap<Terms::Kind, int> held;
    QStringList instances;
    QStringList profiles;
    Nanos last = 0;
  };

  void readCatalog();
  void readRecent();
  void arrange();
  bool matches(const App& app) const;
  void update(const QList<Grant>& changed);
  void update(const QList<Instance>& changed);
  void note(const Grant& grant, int sign);

  Session& m_session;
  Catalog& m_catalog;
  QString m_search;
  QHash<QString, App> m_apps;
  QHash<QString, Use> m_uses;
  QHash<QString, Grant> m_grants;
  QHash<QString, Instance> m_instances;
  QHash<QString, QString> m_petnames;
  QHash<QString, OtherHolder> m_others;
  QHash<QString, bool> m_confined;
};

}  // namespace latchkey::ui

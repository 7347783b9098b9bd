// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a running app is connected with at this moment, and what it offers on ports of its own. Asked for only while it
// is looked at.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QTimer>

#include "app/ui/apps-model.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class ConnectionsModel final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY changed)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  // What is not in the list, or why it is empty; else empty.
  Q_PROPERTY(QString note READ note NOTIFY changed)
  // Of all connections together, as bytes a second: one number for each second, newest last, at most 60.
  Q_PROPERTY(QList<double> rates READ rates NOTIFY ratesChanged)
  Q_PROPERTY(QString rate READ rate NOTIFY ratesChanged)
  // Whose they are.
  Q_PROPERTY(QString holder READ holder NOTIFY changed)
  Q_PROPERTY(bool anyLive READ anyLive NOTIFY changed)

public:
  enum Roles {
    HostRole = Qt::UserRole + 1,  // QString
    DetailRole,                   // QString: "mail (port 993) · 192.0.2.1 · thunderbird"
    ProgressRole,                 // QString: "since 14:02 · 2 MB in, 14 KB out"
    LiveRole,                     // bool: it can be ended.
    OfferRole,                    // bool: a port the app listens on; nothing is connected.
    OfferedRole,                  // QString: to whom; empty: to nobody.
    SharePortRole,                // int: of what could be shared with another machine; else 0.
  };

  ConnectionsModel(Session& session, const AppsModel& names, Undo& undo, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : int(m_listeners.size() + m_connections.size());
  }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return !m_instance.isEmpty(); }
  QString title() const { return m_title; }
  QString holder() const { return m_holder; }
  QString note() const { return m_note; }
  QList<double> rates() const { return m_rates; }
  QString rate() const;
  bool anyLive() const;

  Q_INVOKABLE void show(const QString& instance);
  Q_INVOKABLE void close();
  // Resets it on both sides.
  Q_INVOKABLE void end(int row);
  Q_INVOKABLE void endAll();
  enum Whom { ThisComputer, LocalNetwork, Nobody };
  Q_ENUM(Whom)
  // Lets others reach the port of this row, or no longer.
  Q_INVOKABLE void offer(int row, latchkey::ui::ConnectionsModel::Whom whom);

Q_SIGNALS:
  void changed();
  void ratesChanged();

private:
  void ask();
  void take(const Session::ConnectedNow& now);
  void measure();
  QVariant ofListener(const Listener& listener, int role) const;
  QVariant ofConnection(const Connection& connection, int role) const;

  Session& m_session;
  const AppsModel& m_names;
  Undo& m_undo;
  QString m_instance;
  QString m_holder;
  QString m_title;
  QString m_note;
  QHash<QString, Instance> m_instances;
  QHash<QString, Grant> m_offers;  // Of kind listen, that live.
  QList<Listener> m_listeners;
  QList<Connection> m_connections;
  QHash<quint64, quint64> m_before;  // Bytes of each connection when last looked at.
  QList<double> m_rates;
  QElapsedTimer m_since;
  QTimer m_again;
};

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/connections-model.h"

#include <algorithm>

#include "app/ui/network-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int LOOK_AGAIN = 1000;
constexpr qsizetype LONGEST_GRAPH = 60;

bool isLive(const Connection& connection) { return connection.state != Connection::State::Ended; }

}  // namespace

ConnectionsModel::ConnectionsModel(Session& session, const AppsModel& names, Undo& undo, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_names(names), m_undo(undo) {
  m_again.setInterval(LOOK_AGAIN);
  connect(&m_again, &QTimer::timeout, this, &ConnectionsModel::ask);
  auto instances = [this](const QList<Instance>& list) {
    for (const auto& instance : list) {
      if (instance.state == Terms::InstanceState::Ended) m_instances.remove(instance.id);
      else m_instances.insert(instance.id, instance);
    }
    if (open() && !m_instances.contains(m_instance)) close();
  };
  connect(&session, &Session::instancesRead, this, [this, instances](const QList<Instance>& all) {
    m_instances.clear();
    instances(all);
  });
  connect(&session, &Session::instancesChanged, this, instances);
  auto grants = [this](const QList<Grant>& list) {
    for (const auto& grant : list) {
      if (grant.kind != Terms::Kind::Listen) continue;
      if (grant.over()) m_offers.remove(grant.id);
      else m_offers.insert(grant.id, grant);
    }
  };
  connect(&session, &Session::grantsRead, this, [this, grants](const QList<Grant>& all) {
    m_offers.clear();
    grants(all);
  });
  connect(&session, &Session::grantsChanged, this, grants);
}

QHash<int, QByteArray> ConnectionsModel::roleNames() const {
  return {{HostRole, "host"},   {DetailRole, "detail"},   {ProgressRole, "progress"},  {LiveRole, "live"},
          {OfferRole, "offer"}, {OfferedRole, "offered"}, {SharePortRole, "sharePort"}};
}

QVariant ConnectionsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  auto row = index.row();
  if (row < m_listeners.size()) return ofListener(m_listeners[row], role);
  return ofConnection(m_connections[row - m_listeners.size()], role);
}

QVariant ConnectionsModel::ofListener(const Listener& listener, int role) const {
  auto offered = m_offers.constFind(listener.grant);
  bool isOffered = offered != m_offers.cend();
  switch (role) {
    case HostRole: return tr("Offers something on port %1").arg(listener.port);
    case DetailRole: return listener.program;
    case ProgressRole:
      return isOffered ? wording::listeningDetail(offered->object.target) : tr("nobody else can reach it");
    case LiveRole: return false;
    case OfferRole: return true;
    case SharePortRole: return listener.udp ? 0 : int(listener.port);
    case OfferedRole: return isOffered ? offered->object.target.section(u'@', 1) : QString();
  }
  return {};
}

QVariant ConnectionsModel::ofConnection(const Connection& connection, int role) const {
  switch (role) {
    case HostRole: return wording::destination(connection.destination);
    case DetailRole: {
      QStringList parts{wording::destinationDetail(connection.destination)};
      if (!connection.address.isEmpty()) parts << wording::isolated(connection.address);
      if (!connection.program.isEmpty()) parts << wording::isolated(connection.program);
      return parts.join(QStringLiteral(" · "));
    }
    case ProgressRole: return wording::progress(connection);
    case LiveRole: return isLive(connection);
    case OfferRole: return false;
    case OfferedRole: return QString();
    case SharePortRole: return 0;
  }
  return {};
}

bool ConnectionsModel::anyLive() const { return std::any_of(m_connections.begin(), m_connections.end(), isLive); }

QString ConnectionsModel::rate() const {
  if (m_rates.isEmpty()) return {};
  return tr("%1 a second").arg(wording::size(quint64(m_rates.last())));
}

void ConnectionsModel::show(const QString& instance) {
  auto found = m_instances.constFind(instance);
  if (found == m_instances.cend()) return;
  close();
  m_instance = instance;
  m_holder = found->holder();
  auto name = found->name.isEmpty() ? m_names.nameOf(found->app) : found->name;
  m_title = tr("What %1 is connected with").arg(wording::isolated(name));
  Q_EMIT changed();
  ask();
  m_again.start();
}

void ConnectionsModel::close() {
  m_again.stop();
  m_instance.clear();
  m_note.clear();
  m_before.clear();
  m_rates.clear();
  m_since.invalidate();
  beginResetModel();
  m_listeners.clear();
  m_connections.clear();
  endResetModel();
  Q_EMIT changed();
  Q_EMIT ratesChanged();
}

void ConnectionsModel::ask() {
  m_session.connections(m_instance, this, [this, instance = m_instance](const Session::ConnectedNow& now) {
    if (instance == m_instance && open()) take(now);
  });
}

// Rows that are the same connections stay where they are: what has only moved more is not a new list.
void ConnectionsModel::take(const Session::ConnectedNow& now) {
  auto same = [](const Connection& one, const Connection& other) { return one.id == other.id; };
  QList<Listener> listeners;
  for (const auto& listener : now.listeners) {
    if (listener.instance == m_instance) listeners << listener;
  }
  bool stays =
      listeners.size() == m_listeners.size() &&
      std::equal(m_connections.begin(), m_connections.end(), now.connections.begin(), now.connections.end(), same);
  if (!stays) beginResetModel();
  m_listeners = listeners;
  m_connections = now.connections;
  if (!stays) endResetModel();
  else if (rowCount() > 0) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
  measure();
  if (now.unanswered) m_note = tr("Not all of it could be found out.");
  else if (now.more > 0) m_note = tr("and %Ln more", nullptr, int(qMin<quint64>(now.more, 1'000'000)));
  else if (rowCount() == 0) m_note = tr("Nothing at the moment.");
  else m_note.clear();
  Q_EMIT changed();
}

void ConnectionsModel::measure() {
  quint64 moved = 0;
  QHash<quint64, quint64> bytes;
  for (const auto& connection : std::as_const(m_connections)) {
    auto all = connection.bytesIn + connection.bytesOut;
    bytes.insert(connection.id, all);
    moved += all - qMin(all, m_before.value(connection.id, m_since.isValid() ? 0 : all));
  }
  m_before = bytes;
  if (!m_since.isValid()) return m_since.start();
  auto seconds = qMax(0.001, double(m_since.restart()) / 1000);
  m_rates << double(moved) / seconds;
  if (m_rates.size() > LONGEST_GRAPH) m_rates.removeFirst();
  Q_EMIT ratesChanged();
}

void ConnectionsModel::end(int row) {
  auto place = row - int(m_listeners.size());
  if (place < 0 || place >= m_connections.size() || !isLive(m_connections[place])) return;
  m_session.endConnection(m_instance, m_connections[place].id, this, [this] {
    if (open()) ask();
  });
}

void ConnectionsModel::endAll() {
  for (int i = 0; i < m_connections.size(); ++i) end(int(m_listeners.size()) + i);
}

void ConnectionsModel::offer(int row, Whom whom) {
  if (row < 0 || row >= m_listeners.size()) return;
  const auto listener = m_listeners[row];
  auto again = [this] {
    if (open()) ask();
  };
  // One offer at a time: whom it is for is changed, not added to.
  if (whom != Nobody) {
    auto target = QStringLiteral("%1/%2@%3")
                      .arg(listener.port)
                      .arg(listener.udp ? "udp" : "tcp", whom == ThisComputer ? "localhost" : "network");
    m_session.offer(m_holder, target, listener, listener.grant, this, again);
  } else if (!listener.grant.isEmpty()) {
    m_session.revoke({listener.grant}, this, [again](const QList<Grant>&, Session::Cut) { again(); });
  }
}

}  // namespace latchkey::ui
